export { describeTree, makeTestFolder, sha256, type TestFolder, writeSample } from './files.js'
export { type Lan, startLan } from './lan.js'
export { until } from './wait.js'
