import { resolve } from 'node:path'
import { Command } from 'commander'
import {
  type Import,
  type Listed,
  type Peer,
  PeerError,
  type Visibility,
  visibleName,
} from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run, withCommonOptions } from '../define.js'
import { ENTRY_COLUMNS, entryObject, entryRow } from '../entry-lines.js'
import { UsageError } from '../input/index.js'
import { usePeer } from '../use-peer.js'

const UNWATCHED =
  'The system can’t watch so many folders: changes are found within 5 minutes. On Linux, more are allowed by sysctl fs.inotify.max_user_watches.'
const COLUMNS = [...ENTRY_COLUMNS, { title: 'FILES', right: true }, { title: 'FOR' }, { title: 'ORIGINAL' }]

/** `share add|rm|ls|pause|resume`: what I share, imported without a copy. */
export function shareCommand(run: Run): Command {
  return withCommonOptions(new Command('share'))
    .description('what I share: add a file or folder without a copy, take it out, list')
    .addCommand(addCommand(run))
    .addCommand(setCommand(run))
    .addCommand(removeCommand(run))
    .addCommand(listCommand(run))
    .addCommand(pauseCommand(run, 'pause'))
    .addCommand(pauseCommand(run, 'resume'))
}

function addCommand(run: Run): Command {
  return define<{ readonly to: string }>(run, {
    usage: 'add <path>',
    about: 'share a file or folder; the original stays where it is',
    setUp: command =>
      command.option('--to <who>', 'everyone, verified, or names parted by commas', 'everyone'),
    work: (context, [path = ''], { to }) => {
      const names = namesOf(to)
      return usePeer(context, 'home', async ({ peer }) => {
        const visibility = typeof names === 'string' ? names : await idsOf(peer, names)
        const added = await peer.share.add(resolve(context.cwd, path), { visibility })
        context.output.object(importObject(added))
        context.output.line(`Shared as ${visibleName(added.name)}.`)
      })
    },
  })
}

function setCommand(run: Run): Command {
  return define<{ readonly to: string }>(run, {
    usage: 'set <path>',
    about: 'change who may see what is shared already',
    setUp: command => command.requiredOption('--to <who>', 'everyone, verified, or names parted by commas'),
    work: (context, [path = ''], { to }) => {
      const names = namesOf(to)
      return usePeer(context, 'home', async ({ peer }) => {
        const found = findImport(context, await peer.share.list(), path)
        const visibility = typeof names === 'string' ? names : await idsOf(peer, names)
        const changed = await peer.share.setVisibility(found.name, visibility)
        context.output.object(importObject(changed))
        context.output.line(`${visibleName(changed.name)} is for ${visibilityText(changed.visibility)} now.`)
      })
    },
  })
}

function removeCommand(run: Run): Command {
  return define(run, {
    usage: 'rm <path>',
    about: 'stop sharing it; the original stays',
    work: (context, [path = '']) =>
      usePeer(context, 'home', async ({ peer }) => {
        const found = findImport(context, await peer.share.list(), path)
        await peer.share.remove(found.name)
        context.output.object(importObject(found))
        context.output.line(`${visibleName(found.name)} is not shared any more.`)
      }),
  })
}

function listCommand(run: Run): Command {
  return define(run, {
    usage: 'ls',
    about: 'list what I share, and what in it can’t be shared',
    work: context =>
      usePeer(context, 'home', async ({ peer }) => {
        const imports = await peer.share.list()
        const problems = (await peer.share.problems()).filter(({ path }) => path.includes('/'))
        for (const item of imports) context.output.object(importObject(item))
        for (const item of problems) context.output.object(entryObject(item))
        context.output.table(
          COLUMNS,
          [...imports.map(importRow), ...problems.map(problemRow)],
          'Nothing is shared yet. Share something: tspeer share add PATH',
        )
        const { unwatched } = (await peer.status()).share
        if (unwatched) context.output.note(UNWATCHED)
      }),
  })
}

function pauseCommand(run: Run, name: 'pause' | 'resume'): Command {
  const isPause = name === 'pause'
  return define(run, {
    usage: name,
    about: isPause ? 'let hashing rest; what is hashed stays shared' : 'go on hashing what is shared',
    work: context =>
      usePeer(context, 'home', async ({ peer }) => {
        const { hashPaused } = await peer.settings.set('hashPaused', isPause)
        context.output.object({ key: 'hashPaused', value: hashPaused })
        context.output.line(isPause ? 'Hashing rests until: tspeer share resume' : 'Hashing goes on.')
      }),
  })
}

function namesOf(to: string): 'everyone' | 'verified' | readonly string[] {
  if (to === 'everyone' || to === 'verified') return to
  const names = to.split(',').filter(name => name.trim() !== '')
  if (names.length === 0) throw new UsageError('--to takes everyone, verified, or names parted by commas.')
  return names
}

function idsOf(peer: Peer, names: readonly string[]): Promise<Visibility & readonly string[]> {
  return Promise.all(names.map(async name => (await peer.people.find(name.trim())).id))
}

/** The import with this name in the share, or made from this path. */
function findImport({ cwd }: Context, imports: readonly Import[], path: string): Import {
  const original = resolve(cwd, path)
  const name = path.replace(/\/+$/, '')
  const found = imports.find(item => item.name === name) ?? imports.find(item => item.original === original)
  if (found) return found
  throw new PeerError('NOT_FOUND', `"${path}" is not shared. See what is with: tspeer share ls`)
}

function importRow(item: Import): string[] {
  return [
    ...entryRow({ ...item, path: item.name, size: item.bytes }),
    String(item.files),
    visibilityText(item.visibility),
    visibleName(item.original ?? ''),
  ]
}

/** With its whole path, for it is not in the list of what it is in. */
function problemRow(item: Listed): string[] {
  const [size = '', time = '', name = ''] = entryRow(item)
  const folder = item.path.slice(0, item.path.lastIndexOf('/') + 1)
  return [size, time, visibleName(folder) + name, '', '', '']
}

function importObject(item: Import): object {
  const { name, original, files, bytes } = item
  return { ...entryObject({ ...item, path: name, size: bytes }), files, original }
}

function visibilityText(visibility: Visibility): string {
  if (typeof visibility === 'string') return visibility
  return visibility.length === 1 ? '1 person' : `${visibility.length} people`
}
