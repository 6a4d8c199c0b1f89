import { runCli } from './run-cli.js'
import { runProcess } from './run-process.js'

await runProcess(runCli)
