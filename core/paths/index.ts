export { localName, localParts } from './local-path.js'
export { nameKey, parsePersonName, personNameFault } from './person-name.js'
export { parseRemotePath, partFault, remotePathFault } from './remote-path.js'
export { visibleName, visibleText } from './visible-name.js'
