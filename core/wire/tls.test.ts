import { webcrypto, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import {
  connect as connectTls,
  createServer as createTlsServer,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { type Identity, makeIdentity } from '../identity/index.js'
import { TestNet, twoIdentities, within } from './test-sockets.js'
import { tlsClientOptions, tlsServerOptions, verifyTls } from './tls.js'

const [anna, ben] = await twoIdentities()
const mallory = await makeIdentity()

const test = suite<{ net: TestNet }>('tls')

test.before.each(context => {
  context.net = new TestNet()
})
test.after.each(({ net }) => net.close())

test('security: man in the middle on the LAN: a relay with its own certificate sees 0 application bytes', async ({
  net,
}) => {
  const real = await net.listen(ben)
  let seen = 0
  const relay = await tlsServer(net, tlsServerOptions(mallory), victim => {
    const onward = connectTls({ host: '127.0.0.1', port: real.port, ...tlsClientOptions(mallory) })
    onward.on('error', () => {})
    net.defer(() => onward.destroy())
    victim.on('data', bytes => {
      seen += bytes.length
      onward.write(bytes)
    })
    onward.on('data', bytes => victim.write(bytes))
  })

  const failure = await net.dial(anna, relay, { expect: ben.id }).catch(error => error)

  assert.ok(hasCode(failure, 'WRONG_PEER'))
  assert.equal(failure.details, { expected: ben.id, found: mallory.id })
  await net.close()
  assert.is(seen, 0)
})

test('security: identity mixing: each side knows the other by its TLS key alone', async ({ net }) => {
  const { client, server } = await net.pair([anna, ben])

  assert.is(client.peerId, ben.id)
  assert.is(server.peerId, anna.id)
})

test('a client without a certificate is cut off before it is told anything', async ({ net }) => {
  const { port, connections } = await net.listen(ben)

  const client = await net.tls(undefined, port)
  await within(client.closed, 'the end')

  assert.is(client.bytes, 0)
  assert.is(connections.size, 0)
})

const alpns = [
  { what: 'without ALPN', options: { ALPNProtocols: [] } },
  { what: 'with another ALPN', options: { ALPNProtocols: ['h2', 'tspeer/2'] } },
]
for (const { what, options } of alpns) {
  test(`a client ${what} is cut off before it is told anything`, async ({ net }) => {
    const { port } = await net.listen(ben)

    const client = await net.tls(anna, port, options)
    await within(client.closed, 'the end')

    assert.is(client.bytes, 0)
  })

  test(`a server ${what} is no peer`, async ({ net }) => {
    const { ALPNCallback: _ours, ...others } = tlsServerOptions(ben)
    const port = await tlsServer(net, { ...others, ...options })

    const failure = await net.dial(anna, port).catch(error => error)

    assert.ok(hasCode(failure, 'NOT_A_PEER'))
  })
}

test('TLS 1.2 is refused both ways', async ({ net }) => {
  const { port } = await net.listen(ben)
  const old = await tlsServer(net, { ...tlsServerOptions(ben), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })

  const client = await net.tls(anna, port, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })
  const failure = await net.dial(anna, old).catch(error => error)

  await within(client.closed, 'the end')
  assert.is(client.bytes, 0)
  assert.ok(hasCode(failure, 'NOT_A_PEER'))
})

test('no session can be resumed at our listener', async ({ net }) => {
  const { port } = await net.listen(ben)
  const first = await net.tls(anna, port)
  const [session] = await within(once(first.socket, 'session'), 'a ticket, which TLS always sends')

  const second = await net.tls(anna, port, { session })

  assert.not.ok(second.socket.isSessionReused())
})

test('a resumed session is no proof of anyone, on either side', async ({ net }) => {
  const atServer: unknown[] = []
  const port = await tlsServer(net, { ...tlsServerOptions(ben), secureOptions: 0 }, socket => {
    atServer.push(attempt(() => verifyTls(socket)))
    socket.end('x')
  })
  const options = { host: '127.0.0.1', port, ...tlsClientOptions(anna), secureOptions: 0 }
  const first = connectTls(options)
  first.resume()
  const [session] = await within(once(first, 'session'), 'a session')
  first.destroy()

  const second = connectTls({ ...options, session })
  await within(once(second, 'secureConnect'), 'a resumed handshake')
  const reused = second.isSessionReused()
  const atClient = attempt(() => verifyTls(second))
  second.resume()
  await within(once(second, 'close'), 'the end')

  assert.ok(reused)
  assert.ok(hasCode(atClient, 'NOT_A_PEER'))
  assert.is(atServer[0], anna.id)
  assert.ok(hasCode(atServer[1], 'NOT_A_PEER'))
})

const kinds: readonly { kind: string; algorithm: Parameters<typeof foreignIdentity>[0] }[] = [
  { kind: 'Ed25519', algorithm: { name: 'Ed25519' } },
  { kind: 'P-384', algorithm: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' } },
  {
    kind: 'RSA',
    algorithm: {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
  },
]
for (const { kind, algorithm } of kinds) {
  test(`a key of the kind ${kind} is refused on either side`, async ({ net }) => {
    const other = await foreignIdentity(algorithm)
    const { port } = await net.listen(ben)
    const rogue = await tlsServer(net, tlsServerOptions(other))

    const client = await net.tls(other as Identity, port)
    const failure = await net.dial(anna, rogue).catch(error => error)
    await within(client.closed, 'the end')

    assert.is(client.bytes, 0)
    assert.ok(hasCode(failure, 'NOT_A_PEER'))
  })
}

const elsewhere: readonly { what: string; code: string; start: (net: TestNet) => Promise<number> }[] = [
  { what: 'a web server', code: 'NOT_A_PEER', start: net => started(net, createHttpServer()) },
  {
    what: 'one that ends it at once',
    code: 'UNREACHABLE',
    start: net =>
      started(
        net,
        createTcpServer(socket => socket.destroy()),
      ),
  },
  {
    what: 'one that says nothing',
    code: 'TIMEOUT',
    start: net =>
      started(
        net,
        createTcpServer(socket => void socket.on('error', () => {})),
      ),
  },
  {
    what: 'one that handshakes and says no hello',
    code: 'TIMEOUT',
    start: net => tlsServer(net, tlsServerOptions(ben)),
  },
  {
    what: 'one that writes noise',
    code: 'NOT_A_PEER',
    start: net =>
      started(
        net,
        createTcpServer(socket => void socket.on('error', () => {}).write('x'.repeat(100))),
      ),
  },
  {
    what: 'a port nobody listens on',
    code: 'UNREACHABLE',
    start: async () => {
      const server = createTcpServer()
      const port = await listening(server)
      await new Promise(resolve => server.close(resolve))
      return port
    },
  },
]
for (const { what, code, start } of elsewhere) {
  test(`dialling ${what} fails with ${code} and a sentence`, async ({ net }) => {
    const port = await start(net)

    const failure = await net
      .dial(anna, port, { limits: { handshakeMs: 300, helloMs: 300 } })
      .catch(error => error)

    assert.is(failure.code, code)
    assert.ok(failure.message.length > 20)
  })
}

test('a dial that is given up ends at once with the reason', async ({ net }) => {
  const port = await started(
    net,
    createTcpServer(socket => void socket.on('error', () => {})),
  )
  const stop = new AbortController()
  const dialling = net.dial(anna, port, { signal: stop.signal })
  const reason = new Error('not wanted any more')

  setImmediate(() => stop.abort(reason))
  const failure = await dialling.catch(error => error)

  assert.is(failure, reason)
})

function tlsServer(
  net: TestNet,
  options: TlsOptions,
  onSocket: (socket: TLSSocket) => void = () => {},
): Promise<number> {
  const server = createTlsServer(options, socket => {
    socket.on('error', () => {})
    onSocket(socket)
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return started(net, server)
}

async function started(net: TestNet, server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', socket => sockets.add(socket))
  const port = await listening(server)
  net.defer(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return port
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

/** A certificate as ours, but with another kind of key. */
async function foreignIdentity(algorithm: { readonly name: string; readonly [option: string]: unknown }) {
  await import('reflect-metadata')
  const { X509CertificateGenerator } = await import('@peculiar/x509')
  const keys = (await webcrypto.subtle.generateKey(algorithm as { name: string }, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '01',
      name: 'CN=tsPeer',
      notAfter: new Date('2099-01-01'),
      keys,
      signingAlgorithm: algorithm,
    },
    webcrypto,
  )
  const certPem = certificate.toString('pem')
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
  assert.ok(new X509Certificate(certPem).publicKey)
  return { keyPem, certPem }
}

test.run()
