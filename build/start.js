// npm start: gets everything ready, then opens the app. `npm start -- --no-open` only prints its address.
import { prepare } from './prepare.js'

await prepare()
await import('../dist/ui/cli/start.js')
