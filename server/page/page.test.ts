import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../../core/errors/index.js'
import { silentLogger } from '../../core/log/index.js'
import { makeTestFolder, type TestFolder, until } from '../../core/testing/index.js'
import { openNedbStore } from '../store/nedb-store.js'
import { dialRegistry, file, TestLan } from '../testing/lan.js'
import { Programs } from '../testing/program.js'
import { requestFault } from './request-fault.js'
import { servePage } from './serve-page.js'

const test = suite<{ folder: TestFolder; programs: Programs; lan: TestLan }>('the page of a registry')

test.before.each(async context => {
  context.folder = await makeTestFolder('registry')
  context.programs = new Programs()
  context.lan = new TestLan()
})
test.after.each(async ({ folder, programs, lan }) => {
  programs.close()
  await lan.close()
  await folder.remove()
})

interface Got {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

async function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  const asked = request(url, { headers, method, agent: false }).end()
  const [response] = await once(asked, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

/** The lines of Prometheus' text format as numbers by what stands before them; fails on what is not in it. */
function parseMetrics(body: string): Record<string, number> {
  const found: Record<string, number> = {}
  const types = new Set<string>()
  assert.ok(body.endsWith('\n'))
  for (const line of body.trimEnd().split('\n')) {
    if (line.startsWith('# HELP ')) continue
    if (line.startsWith('# TYPE ')) {
      const [, name = ''] = /^# TYPE ([a-z_:]+) (?:gauge|counter|histogram)$/.exec(line) ?? []
      assert.ok(name !== '' && !types.has(name), line)
      types.add(name)
      continue
    }
    const [, name = '', labels = '', value] = /^([a-z_:]+)(\{[^}]*\})? (-?[\d.e+-]+)$/.exec(line) ?? []
    assert.ok(types.has(name) || types.has(name.replace(/_(bucket|sum|count)$/, '')), line)
    if (labels) assert.match(labels, /^\{[a-z_]+="[^"\\\n]*"(,[a-z_]+="[^"\\\n]*")*\}$/)
    found[name + labels] = Number(value)
  }
  return found
}

test('/metrics counts people, files and what was asked; /health says how it is', async ({
  folder,
  programs,
}) => {
  const { port, admin } = await programs.registry(folder.at('home'))
  const ann = await dialRegistry(port)
  await ann.register('Ann')
  await ann.publish([file('one.mp4', { size: 5 }), file('two.mp4', { size: 6 })])
  for (let i = 0; i < 12; i++) await ann.search('one').catch(() => {})

  const { status, headers, body } = await get(`${admin}metrics`)
  const health = await get(`${admin}health`)
  const stats = await programs.admin(folder.at('home'), ['stats'])

  const metrics = parseMetrics(body)
  assert.is(status, 200)
  assert.is(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  assert.equal(
    ['people', 'people_online', 'connections', 'files', 'file_bytes', 'store_ok'].map(
      name => metrics[`tspeer_${name}`],
    ),
    [1, 1, 1, 2, 11, 1],
  )
  const searches = (outcome: string) =>
    metrics[`tspeer_requests_total{type="FILE_SEARCH",outcome="${outcome}"}`] ?? 0
  assert.is(searches('ok') + searches('TOO_BUSY'), 12)
  assert.ok(searches('ok') >= 10)
  assert.is(metrics['tspeer_request_seconds_count{type="FILE_SEARCH"}'], 12)
  assert.is(metrics['tspeer_request_seconds_bucket{type="FILE_SEARCH",le="+Inf"}'], 12)
  assert.ok((metrics.process_resident_memory_bytes ?? 0) > 1e6)
  assert.equal([health.status, JSON.parse(health.body)], [200, { status: 'ok' }])
  assert.equal([stats.objects[0]?.people, stats.objects[0]?.files, stats.objects[0]?.bytes], [1, 2, 11])
  await ann.connection.close()
})

test('/health tells when nothing can be stored, and when it can again', async ({ folder, lan }) => {
  let full = false
  const store = await openNedbStore(folder.at('db'))
  const failing = {
    ...store,
    damage: store.damage,
    seed: store.seed,
    people: () => store.people(),
    nextDocuments: () => store.nextDocuments(),
    removePerson: store.removePerson.bind(store),
    writeShare: store.writeShare.bind(store),
    close: () => store.close(),
    putPerson: (person: Parameters<typeof store.putPerson>[0]) =>
      full ? Promise.reject(new PeerError('DISK_FULL', 'The disk is full.')) : store.putPerson(person),
  }
  const registry = await lan.registry({ openStore: async () => failing })
  const { name, metrics } = registry
  const page = await servePage({ port: 0, name, metrics, stats: () => registry.stats(), log: silentLogger })
  const ann = await lan.peer(registry.port)
  const health = async () => {
    const { status, body } = await get(`${page.url}health`)
    return [status, JSON.parse(body)]
  }
  try {
    await registry.loaded
    full = true
    await ann.register('Ann').catch(() => {})
    assert.equal(await health(), [503, { status: 'failing', code: 'DISK_FULL' }])
    full = false
    await ann.register('Ann')
    assert.equal(await health(), [200, { status: 'ok' }])
  } finally {
    await page.close()
  }
})

test('security: DNS rebinding: only a request for this very host and port is answered', async ({
  folder,
  programs,
}) => {
  const { admin } = await programs.registry(folder.at('home'))
  const { port } = new URL(admin)
  const refused: readonly Record<string, string>[] = [
    { Host: `evil.example:${port}` },
    { Host: '127.0.0.1' },
    { Host: `127.0.0.1:${Number(port) + 1}` },
    { Host: `127.0.0.1.evil.example:${port}` },
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]
  for (const path of ['', 'figures.json', 'metrics', 'health']) {
    for (const headers of refused) {
      const { status, body } = await get(admin + path, headers)
      assert.is(status, 403, `${path} ${JSON.stringify(headers)}`)
      assert.not.match(body, /people|html/)
    }
    const own: readonly Record<string, string>[] = [
      {},
      { Host: `localhost:${port}` },
      { 'Sec-Fetch-Site': 'none' },
      { Origin: admin.slice(0, -1) },
    ]
    for (const headers of own) assert.is((await get(admin + path, headers)).status, 200, path)
  }
  assert.is(requestFault({ method: 'GET', headers: {} }, 7469), 'host', 'no Host at all')
})

test('security: nothing is changed over it, and nothing in the page comes from elsewhere', async ({
  folder,
  programs,
}) => {
  const { admin } = await programs.registry(folder.at('home'))
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    assert.is((await get(admin, {}, method)).status, 405, method)
  for (const path of ['ban', '../access.json', '%2e%2e/identity', 'admin/people', '__proto__'])
    assert.is((await get(admin + path)).status, 404, path)

  const { headers, body } = await get(admin)

  assert.not.match(body, /https?:|url\(|<link rel="stylesheet"|src=|innerHTML/)
  const csp = String(headers['content-security-policy'])
  for (const part of [
    "default-src 'none'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "trusted-types 'none'",
  ])
    assert.match(csp, part)
  assert.not.match(csp, 'unsafe')
  assert.is(headers['x-content-type-options'], 'nosniff')
  assert.is(headers['cross-origin-resource-policy'], 'same-origin')
})

test('security: it is served to this computer only', async ({ folder, programs }) => {
  const { admin } = await programs.registry(folder.at('home'), '--host', '0.0.0.0')
  const { port } = new URL(admin)
  const others = Object.values(networkInterfaces())
    .flatMap(found => found ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of others) {
    const failure = await get(`http://${address}:${port}/health`).catch((error: { code?: string }) => error)
    assert.is((failure as { code?: string }).code, 'ECONNREFUSED', address)
  }
})

test('a port that is taken is told where it was asked for; there may be no page at all', async ({
  folder,
  programs,
}) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const taken = typeof address === 'object' && address ? address.port : 0
  const args = ['--json', '--port', '0', '--home', folder.at('home'), '--admin-port']

  const busy = await programs.run([...args, String(taken)])
  const none = await programs.registry(folder.at('home'), '--admin-port', 'none')

  assert.equal([busy.code, busy.objects[0]?.code], [1, 'PORT_BUSY'])
  assert.match(String(busy.objects[0]?.message), 'Choose another with --admin-port, or none.')
  assert.is(none.admin, undefined)
  other.close()
})

test('security: many who ask and never end do not keep others out for long, nor hold up the end', async ({
  lan,
}) => {
  const registry = await lan.registry()
  const { name, metrics } = registry
  const page = await servePage({ port: 0, name, metrics, stats: () => registry.stats(), log: silentLogger })
  const hanging = Array.from({ length: 100 }, () => request(page.url, { method: 'POST', agent: false }))
  for (const one of hanging) one.on('error', () => {}).flushHeaders()
  await until('they are connected or refused', () =>
    hanging.every(one => one.closed || one.socket?.connecting === false),
  )
  const ann = await lan.peer(registry.port)

  await ann.register('Ann')
  await page.close()
  await page.close()
})

test.run()
