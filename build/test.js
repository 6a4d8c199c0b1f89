// npm test: gets everything ready, then runs the tests. `npm test -- PART…` runs those whose path has a part.
import { prepare } from './prepare.js'

await prepare()
await import('./run-tests.js')
