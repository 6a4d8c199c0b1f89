// npm run demo: a registry and three peers in a temporary folder, and the app of one of them.
import { prepare } from './prepare.js'

await prepare()
await import('../dist/ui/cli/demo.js')
