import { type Command, CommanderError } from 'commander'
import { PeerError } from '../../core/index.js'
import { type Context, Interrupted, type Programs } from './context.js'
import type { Run } from './define.js'
import { UsageError } from './input/index.js'
import { Output, type Sink } from './output/index.js'

/** Exit codes, as DESIGN lists them. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** What a program of the command line runs in. */
export interface Surroundings {
  readonly programs: Programs
  readonly out: Sink
  readonly err: Sink
  readonly input: AsyncIterable<string>
  readonly cwd: string
  readonly defaultHome: string
  readonly color: boolean
  readonly version: string
  readonly signal: AbortSignal
}

/** Runs the command that `argv` names and gives its exit code; never throws. */
export async function runProgram(
  build: (run: Run) => Command,
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let code: number = EXIT.done
  const run: Run = async (command, work) => {
    const { home, json } = commonOptions(command)
    const output = new Output({ ...surroundings, json: json === true })
    const context: Context = {
      ...surroundings,
      home: home ?? surroundings.defaultHome,
      output,
      fail(error) {
        output.error(error)
        code = EXIT.failed
      },
    }
    try {
      await work(context, command.args, command.opts())
    } catch (error) {
      output.clearStatus()
      code = outcome(error, output)
    }
  }
  try {
    await withExits(build(run), surroundings).parseAsync([...argv], { from: 'user' })
  } catch (error) {
    return commanderOutcome(error, argv, surroundings)
  }
  return code
}

/** The exit code of what was thrown, which is told first. */
function outcome(error: unknown, output: Output): number {
  if (error instanceof Interrupted) return EXIT.interrupted
  if (error instanceof UsageError) {
    output.error(new PeerError('BAD_INPUT', error.message))
    return EXIT.usage
  }
  output.error(error)
  return EXIT.failed
}

/** Wrong usage has been told by commander itself; programs get their line too. Help and version are no failure. */
function commanderOutcome(error: unknown, argv: readonly string[], { out, err }: Surroundings): number {
  const json = argv.includes('--json')
  const output = new Output({ out, err, json, color: false })
  if (!(error instanceof CommanderError)) return outcome(error, output)
  if (error.exitCode === 0) return EXIT.done
  const message = error.code === 'commander.help' ? 'Name a command.' : error.message.replace(/^error: /, '')
  output.object({ event: 'error', code: 'BAD_INPUT', message })
  return EXIT.usage
}

/** Commander gives its outcome to us instead of ending the process. */
function withExits(program: Command, { out, err, version }: Surroundings): Command {
  program.version(version, '-V, --version').showHelpAfterError(`(${program.name()} --help shows how)`)
  const all = [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]
  for (const command of all) {
    command.exitOverride()
    command.configureOutput({ writeOut: text => out.write(text), writeErr: text => err.write(text) })
  }
  return program
}

/** `--home` and `--json` from the command or any before it; the innermost counts. */
function commonOptions(command: Command): { readonly home?: string; readonly json?: boolean } {
  const outer: { home?: string; json?: boolean } = command.parent ? commonOptions(command.parent) : {}
  return { ...outer, ...command.opts() }
}
