import { Command, CommanderError } from 'commander'
import { toPlainError } from '../core/errors/index.js'
import { adminCommand } from './program/admin-commands.js'
import { type CommonFlags, settingsOfFlags, withCommonFlags, withSettingFlags } from './program/flags.js'
import { runAdmin } from './program/run-admin.js'
import { runRegistry } from './program/run-registry.js'

const EXIT = { done: 0, failed: 1, usage: 2 } as const

/** Runs a registry from the command line, or a command for one; gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.done
  const program = withSettingFlags(withCommonFlags(new Command('node server/index.js')))
    .description('A tsPeer registry: who is here, what they share, and where to find it.')
    .addHelpText('after', HELP)
    .action(async (flags: CommonFlags & Record<string, unknown>) => {
      code = await runRegistry(flags, await settingsOfFlags(flags))
    })
  program.addCommand(
    adminCommand(async (command, work) => {
      code = await runAdmin(commonFlags(command), work)
    }),
  )
  for (const command of [program, ...program.commands, ...program.commands.flatMap(one => one.commands)])
    command.exitOverride()
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    const { code: name, message } = toPlainError(error)
    if (argv.includes('--json')) console.log(JSON.stringify({ event: 'error', code: name, message }))
    console.error(`${name}: ${message}`)
    return EXIT.failed
  }
}

const HELP = `
Nothing needs to be set. What is set in settings.json of the home counts where no flag says otherwise:
  {"welcome": "Be kind.", "filesAPerson": 500000}
'admin settings' shows and changes it, also while the registry runs; 'admin --help' shows what else there is.`

/** `--home` and `--json` are taken before and after the command's name; the innermost that was typed counts. */
function commonFlags(command: Command): CommonFlags {
  const chain: Command[] = []
  for (let at: Command | null = command; at; at = at.parent) chain.push(at)
  const typed = <T>(key: string): T | undefined =>
    chain.find(one => one.getOptionValueSource(key) === 'cli')?.getOptionValue(key)
  const { home, json } = command.opts<CommonFlags>()
  return { home: typed<string>('home') ?? home, json: typed<boolean>('json') ?? json }
}
