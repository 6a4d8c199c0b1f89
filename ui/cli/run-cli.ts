import { Command } from 'commander'
import { chatCommand } from './commands/chat.js'
import { blockCommand, contactCommand, unblockCommand } from './commands/contact.js'
import { doctorCommand } from './commands/doctor.js'
import { getCommand } from './commands/get.js'
import { hashCommand } from './commands/hash.js'
import { idCommand } from './commands/id.js'
import { limitCommand } from './commands/limit.js'
import { lsCommand } from './commands/ls.js'
import { moveCommand } from './commands/move.js'
import { acceptCommand, declineCommand, offersCommand } from './commands/offers.js'
import { peopleCommand } from './commands/people.js'
import { rulesCommand } from './commands/rules.js'
import { searchCommand } from './commands/search.js'
import { searchesCommand } from './commands/searches.js'
import { sendCommand } from './commands/send.js'
import { settingsCommand } from './commands/settings.js'
import { shareCommand } from './commands/share.js'
import { subscriptionsCommand, unsubscribeCommand } from './commands/subscriptions.js'
import { cancelCommand, pauseCommand, resumeCommand, transfersCommand } from './commands/transfers.js'
import { upCommand } from './commands/up.js'
import { verifyCommand } from './commands/verify.js'
import { type Run, withCommonOptions } from './define.js'
import { runProgram, type Surroundings } from './run-program.js'

/** Runs one command line of `tspeer` and gives its exit code; never throws. */
export function runCli(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  return runProgram(tspeer, argv, surroundings)
}

function tspeer(run: Run): Command {
  const program = withCommonOptions(new Command('tspeer')).description(
    'File sharing and messaging for a local network.',
  )
  const commands = [
    upCommand,
    idCommand,
    peopleCommand,
    verifyCommand,
    blockCommand,
    unblockCommand,
    contactCommand,
    lsCommand,
    searchCommand,
    searchesCommand,
    getCommand,
    subscriptionsCommand,
    unsubscribeCommand,
    sendCommand,
    offersCommand,
    acceptCommand,
    declineCommand,
    rulesCommand,
    transfersCommand,
    pauseCommand,
    resumeCommand,
    cancelCommand,
    moveCommand,
    shareCommand,
    chatCommand,
    settingsCommand,
    limitCommand,
    hashCommand,
    doctorCommand,
  ]
  for (const make of commands) program.addCommand(make(run))
  return program
}
