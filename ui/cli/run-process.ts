import { readFileSync } from 'node:fs'
import { defaultHome } from '../../core/index.js'
import { processSignal } from './process-signal.js'
import { systemPrograms } from './programs.js'
import type { Surroundings } from './run-program.js'
import { openTerminal } from './terminal.js'

/** Runs a program in this process, which then ends with its exit code. */
export async function runProcess(
  run: (argv: readonly string[], surroundings: Surroundings) => Promise<number>,
): Promise<never> {
  const { signal, abort } = processSignal()
  const terminal = openTerminal(abort)
  const code = await run(process.argv.slice(2), {
    ...terminal,
    programs: systemPrograms,
    cwd: process.cwd(),
    defaultHome: defaultHome(),
    color: !process.env.NO_COLOR,
    version: version(),
    signal,
  })
  await terminal.flush()
  // stdin may still be open, and nobody waits for it.
  return process.exit(code)
}

function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  const facts: { version?: unknown } = JSON.parse(text)
  return String(facts.version)
}
