import { runProcess } from './run-process.js'
import { runProgram } from './run-program.js'
import { startCommand } from './start-app.js'

await runProcess((argv, surroundings) => runProgram(startCommand, argv, surroundings))
