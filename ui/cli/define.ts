import { Command } from 'commander'
import type { Context } from './context.js'

/** What a command does. `args` are its operands as they were typed. */
export type Work<O extends object> = (context: Context, args: readonly string[], options: O) => Promise<void>

/** Starts the work of the command that was chosen. */
export type Run = <O extends object>(command: Command, work: Work<O>) => Promise<void>

/** Defines a command: `usage` is its name and operands, `setUp` adds its options. */
export function define<O extends object = object>(
  run: Run,
  options: {
    readonly usage: string
    readonly about: string
    readonly setUp?: (command: Command) => void
    readonly work: Work<O>
  },
): Command {
  const [name = '', ...operands] = options.usage.split(' ')
  const command = withCommonOptions(new Command(name)).description(options.about)
  if (operands.length > 0) command.arguments(operands.join(' '))
  options.setUp?.(command)
  return command.action(() => run(command, options.work))
}

/** `--home` and `--json` are taken before and after the command's name. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--home <dir>', 'the folder of the peer (default: TSPEER_HOME, else ~/.tsPeer)')
    .option('--json', 'print one JSON object a line')
    .helpOption('-h, --help', 'show this help')
}
