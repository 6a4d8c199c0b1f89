import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { checkKeyPair, isPeerId, makeIdentity, openIdentity } from './index.js'

const test = suite<{ home: string; folder: string; file: string }>('identity')

test.before.each(async context => {
  context.home = await mkdtemp(join(tmpdir(), 'tspeer-identity-'))
  context.folder = join(context.home, 'db', 'identity')
  context.file = join(context.folder, 'identity.pem')
})

test.after.each(({ home }) => rm(home, { recursive: true }))

test('the first start makes an identity and later starts read the same one', async ({ folder }) => {
  const made = await openIdentity(folder)

  const again = await openIdentity(folder)

  assert.equal(again, made)
  assert.ok(isPeerId(made.id))
  assert.equal(await readdir(folder), ['identity.pem'])
})

test('the key is P-256, its certificate signed by itself, neutral and not expiring', async ({ folder }) => {
  const { keyPem, certPem } = await openIdentity(folder)

  const certificate = new X509Certificate(certPem)
  assert.is(createPrivateKey(keyPem).asymmetricKeyDetails?.namedCurve, 'prime256v1')
  assert.ok(certificate.verify(certificate.publicKey))
  assert.is(certificate.subject, 'CN=tsPeer')
  assert.match(certificate.validTo, '9999')
})

test('security: key files 0600, folder 0700, also when they were laxer', async ({ folder, file }) => {
  await openIdentity(folder)
  assert.is((await stat(folder)).mode & 0o777, 0o700)
  assert.is((await stat(file)).mode & 0o777, 0o600)
  await chmod(file, 0o644)

  await openIdentity(folder)

  assert.is((await stat(file)).mode & 0o777, 0o600)
})

test('8 first starts at once end with one identity', async ({ folder }) => {
  const all = await Promise.all(Array.from({ length: 8 }, () => openIdentity(folder)))

  assert.is(new Set(all.map(({ id }) => id)).size, 1)
  assert.equal(await readdir(folder), ['identity.pem'])
})

const damages: readonly { what: string; damage: (text: string) => string | Promise<string> }[] = [
  { what: 'an empty file', damage: () => '' },
  { what: 'a file cut in half', damage: text => text.slice(0, text.length / 2) },
  { what: 'a file without its key', damage: text => text.slice(text.indexOf('-----BEGIN CERT')) },
  { what: 'a file without its certificate', damage: text => text.slice(0, text.indexOf('-----BEGIN CERT')) },
  { what: 'a flipped character in the key', damage: text => text.replace('MIG', 'MIH') },
  {
    what: 'a flipped character in the certificate',
    damage: text => text.replace('CERTIFICATE-----\nMII', 'CERTIFICATE-----\nMIJ'),
  },
  { what: 'noise', damage: () => '\0\xff'.repeat(500) },
  {
    what: 'the certificate of another key',
    damage: async text => text.slice(0, text.indexOf('-----BEGIN CERT')) + (await makeIdentity()).certPem,
  },
]
for (const { what, damage } of damages) {
  test(`${what} is IDENTITY_CORRUPT and stays as it is`, async ({ folder, file }) => {
    await openIdentity(folder)
    const bad = await damage(await readFile(file, 'utf8'))
    await writeFile(file, bad)

    const failure = await openIdentity(folder).catch(error => error)

    assert.ok(hasCode(failure, 'IDENTITY_CORRUPT'))
    assert.match(failure.message, file)
    assert.is(await readFile(file, 'utf8'), bad)
    assert.equal(await readdir(folder), ['identity.pem'])
  })
}

test('a key of another kind is no identity', async () => {
  const { certPem } = await makeIdentity()
  const { privateKey } = generateKeyPairSync('ed25519')
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

  assert.equal(checkKeyPair(keyPem, certPem), { fault: 'the key is not of the kind P-256' })
})

test.run()
