import type {
  FileKind,
  FoundFile,
  Listed,
  PeerId,
  Person,
  Root,
  SavedSearch,
  Transfer,
  TransferState,
} from '../../../core/browser.js'
import { seeded } from './random.js'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const DAY_MS = 86_400_000
/** All sample times lie before this one. */
export const SAMPLE_NOW = Date.parse('2026-03-14T14:30:00')

const NAMES = [
  'anna', 'Ben', 'Chiara', 'Dmitri', 'Elif', 'farid', 'Grete', 'Hiroshi', 'Ines', 'Jun', 'Klára', 'Lars',
  'Mónica', 'Nadia', 'Oskar', 'Priya', 'Quentin', 'Ruth', 'Søren', 'Tomás', 'Ulla', 'Vikram', 'Wen', 'Yusuf',
] // biome-ignore format: a list of words
const THINGS = [
  'Sintel.2010.2160p.mkv', 'Lecture 07 - Distributed Systems.pdf', 'debian-13.1.0-amd64-netinst.iso', 'Holiday photos 2025.zip',
  'Bach - Cello Suite No. 1.flac', 'thesis-final-v3.docx', 'Big Buck Bunny.mp4', 'dataset-climate-1990-2024.csv', 'README.md',
  'group-picture.jpg', 'server-backup.tar.zst', 'Old maps of the city.pdf', 'Tears of Steel.mov', 'notes.txt', 'project.tar.gz',
] // biome-ignore format: a list of words
const FOLDERS = ['Films', 'Lectures', 'Music', 'Photos', 'Software', 'Talks 2025']

/** A well-formed peer id for a number. */
export function sampleId(n: number): PeerId {
  const random = seeded(n + 1)
  const text = Array.from({ length: 51 }, () => ALPHABET[Math.floor(random() * 32)]).join('')
  return `${text}a` as PeerId
}

export function sampleRoot(n: number): Root {
  const random = seeded(n + 7)
  return Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('') as Root
}

export function samplePerson(n: number): Person {
  const random = seeded(n)
  const name = NAMES[n % NAMES.length] ?? 'anna'
  const files = Math.floor(random() ** 4 * 120_000) + 3
  return {
    id: sampleId(n),
    name: n < NAMES.length ? name : `${name} ${Math.floor(n / NAMES.length) + 1}`,
    online: n % 3 !== 2,
    lastSeen: SAMPLE_NOW - Math.floor(random() * 20 * DAY_MS),
    verified: n % 5 === 0,
    files,
    bytes: files * Math.floor(200_000 + random() * 40_000_000),
    hashed: files,
    unread: n === 1 ? 2 : 0,
  }
}

/** The entry at this place of a folder of `total` entries: some folders first, then files. */
export function sampleEntry(parent: string, n: number, total: number): Listed {
  const random = seeded(n + 11)
  const isFolder = n < Math.min(FOLDERS.length, Math.floor(total / 2)) && parent.split('/').length < 4
  const name = isFolder ? (FOLDERS[n] ?? 'More') : sampleFileName(n)
  return {
    path: parent === '' ? name : `${parent}/${name}`,
    name,
    type: isFolder ? 'folder' : 'file',
    size: Math.floor(isFolder ? random() ** 3 * 900e9 : sampleSize(name, random())) + 120,
    files: isFolder ? Math.floor(random() * 4000) + 1 : 1,
    mtime: SAMPLE_NOW - Math.floor(random() * 900 * DAY_MS),
    ...(isFolder ? {} : { root: sampleRoot(n) }),
    ...(n === 9 ? { reason: 'unreadable' as const } : {}),
  }
}

/** About what a file of this name has. */
function sampleSize(name: string, chance: number): number {
  const ending = name.slice(name.lastIndexOf('.') + 1)
  const most = MOST_BYTES[ending] ?? 2e9
  return most * (0.25 + 0.75 * chance)
}

const MOST_BYTES: Readonly<Record<string, number>> = {
  mkv: 9e9,
  mp4: 1.4e9,
  mov: 3e9,
  iso: 3.9e9,
  zip: 6e9,
  zst: 40e9,
  gz: 90e6,
  flac: 60e6,
  csv: 700e6,
  pdf: 24e6,
  docx: 4e6,
  jpg: 6e6,
  md: 9e3,
  txt: 4e3,
}

function sampleFileName(n: number): string {
  const thing = THINGS[n % THINGS.length] ?? 'notes.txt'
  const round = Math.floor(n / THINGS.length)
  const dot = thing.lastIndexOf('.')
  return round === 0 ? thing : `${thing.slice(0, dot)} (${round})${thing.slice(dot)}`
}

export function sampleHit(n: number, people: readonly Person[]): FoundFile {
  const random = seeded(n + 23)
  const entry = { name: sampleFileName(n), folder: FOLDERS[n % FOLDERS.length] ?? 'Films' }
  const count = people.length === 0 ? 0 : 1 + Math.floor(random() ** 3 * Math.min(6, people.length))
  const path = `${entry.folder}/${entry.name}`
  const owners = people.slice(
    n % Math.max(1, people.length - count),
    (n % Math.max(1, people.length - count)) + count,
  )
  return {
    type: 'file',
    path,
    name: entry.name,
    size: Math.floor(sampleSize(entry.name, random())) + 120,
    mtime: SAMPLE_NOW - Math.floor(random() * 900 * DAY_MS),
    root: sampleRoot(n),
    owners: owners.map(({ id, name, online }) => ({ id, name, online, path })),
    ownerCount: owners.length,
  }
}

/** Which of so many samples have all words of the query in their path. */
export function findSamples(query: string, total: number): readonly number[] {
  const words = query.toLowerCase().split(/\s+/)
  const found: number[] = []
  for (let n = 0; n < total; n++) {
    const path = `${FOLDERS[n % FOLDERS.length]}/${sampleFileName(n)}`.toLowerCase()
    if (words.every(word => path.includes(word))) found.push(n)
  }
  return found
}

/** Whether a hit is what the filters ask for; of the kinds only some are known here. */
export function passes(
  hit: FoundFile,
  { kind, extensions, minSize = 0, maxSize = Number.POSITIVE_INFINITY, owner, online }: SavedSearch['query'],
): boolean {
  const ending = hit.name.slice(hit.name.lastIndexOf('.') + 1)
  return (
    (!kind || KIND_ENDINGS[kind]?.includes(ending) === true) &&
    (!extensions?.length || extensions.includes(ending)) &&
    hit.size >= minSize &&
    hit.size <= maxSize &&
    (!owner || hit.owners.some(({ id }) => id === owner)) &&
    (!online || hit.owners.some(one => one.online))
  )
}

const KIND_ENDINGS: Readonly<Partial<Record<FileKind, readonly string[]>>> = {
  video: ['mkv', 'mp4', 'mov'],
  document: ['pdf', 'docx', 'md', 'txt'],
}

const STATES: readonly TransferState[] = [
  'downloading', 'downloading', 'queued', 'paused', 'done', 'failed', 'done', 'checking', 'cancelled', 'finding-sources', 'done',
] // biome-ignore format: a list of words

export function sampleTransfer(n: number): Transfer {
  const random = seeded(n + 31)
  const state = STATES[n % STATES.length] ?? 'done'
  const name = n % 4 === 3 ? (FOLDERS[n % FOLDERS.length] ?? 'Films') : sampleFileName(n)
  const total = Math.floor(sampleSize(name, random())) + 4000
  const bytes = state === 'done' ? total : state === 'queued' ? 0 : Math.floor(total * random())
  const rate = state === 'downloading' ? Math.floor(4e6 + random() * 80e6) : 0
  const files = n % 4 === 3 ? 1 + Math.floor(random() * 300) : 1
  return {
    id: n.toString(16).padStart(32, '0'),
    direction: 'down',
    name,
    owner: sampleId(n % 5),
    ownerName: NAMES[n % 5] ?? 'anna',
    state,
    ...(state === 'paused' ? { reason: n % 2 === 0 ? ('user' as const) : ('nobody-online' as const) } : {}),
    ...(state === 'failed'
      ? {
          error: {
            code: 'DISK_FULL' as const,
            message: 'The disk is full. Free some space, then try again.',
          },
        }
      : {}),
    files,
    filesDone: Math.floor((files * bytes) / total),
    bytes,
    total,
    rate,
    ...(rate > 0 ? { eta: (total - bytes) / rate } : {}),
    fetched: bytes,
    wasted: 0,
    reused: 0,
    seconds: 60,
    target: `/home/me/.tsPeer/downloads/${name}`,
    createdAt: SAMPLE_NOW - n * 61_000,
    ...(state === 'done' ? { finishedAt: SAMPLE_NOW - n * 30_000 } : {}),
  }
}
