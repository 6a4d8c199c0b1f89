import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError, systemCode } from '../errors/index.js'
import { checkKeyPair } from './key-check.js'
import { makeKeyPair } from './make-key-pair.js'
import type { PeerId } from './peer-id.js'

/** Who a running peer or registry is: plain data that can be posted to a worker. `keyPem` is a secret. */
export interface Identity {
  readonly id: PeerId
  /** PKCS #8. */
  readonly keyPem: string
  readonly certPem: string
}

/** One file, so that key and certificate are there together or not at all. */
const FILE = 'identity.pem'
const PEM = /^-----BEGIN (PRIVATE KEY|CERTIFICATE)-----\n[A-Za-z0-9+/=\n]+-----END \1-----$/gm

/**
 * Reads the identity kept in a folder, or makes one at the first start. One that can't be read is
 * IDENTITY_CORRUPT and stays as it is: a new one in its place would make this person a stranger to everyone.
 */
export async function openIdentity(folder: string): Promise<Identity> {
  const file = join(folder, FILE)
  const kept = await readKept(file)
  if (kept !== undefined) return parseIdentity(kept, file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const { keyPem, certPem } = await makeIdentity()
  await writeNew(folder, file, keyPem + certPem)
  return parseIdentity(await readFile(file, 'utf8'), file)
}

/** Makes an identity that is kept nowhere. */
export async function makeIdentity(): Promise<Identity> {
  const { keyPem, certPem } = await makeKeyPair()
  return parseIdentity(keyPem + certPem, 'memory')
}

async function readKept(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    await chmod(file, 0o600)
    return text
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw corrupt(file, 'the file can’t be read', error)
  }
}

function parseIdentity(text: string, file: string): Identity {
  const blocks = new Map(Array.from(text.matchAll(PEM), match => [match[1], `${match[0]}\n`]))
  const keyPem = blocks.get('PRIVATE KEY')
  const certPem = blocks.get('CERTIFICATE')
  if (!keyPem || !certPem) throw corrupt(file, `the ${keyPem ? 'certificate' : 'key'} is missing or damaged`)
  const checked = checkKeyPair(keyPem, certPem)
  if ('fault' in checked) throw corrupt(file, checked.fault)
  return { id: checked.id, keyPem, certPem }
}

function corrupt(file: string, fault: string, cause?: unknown): PeerError {
  return new PeerError(
    'IDENTITY_CORRUPT',
    `The identity in ${file} can’t be used: ${fault}. Put back a copy of it, or move it away to begin as someone new.`,
    { cause },
  )
}

/** Whole or not at all, also over a power cut, and never over one that is there. */
async function writeNew(folder: string, file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(temporary, file)
    await unlink(temporary)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') await unlink(temporary)
    else await rename(temporary, file)
  }
  await syncFolder(folder)
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // folders can't be opened there
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
