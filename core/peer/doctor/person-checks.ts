import type { Finding } from '../../api/index.js'
import { hasCode } from '../../errors/index.js'
import { shortId } from '../../identity/index.js'
import type { Connection, PersonRecord } from '../../wire/index.js'
import type { Parts } from '../parts.js'
import { clockFinding, clockOffset } from './clock.js'
import { openingAdvice } from './firewall.js'
import { isInside, type OwnNetwork } from './networks.js'
import { sentenceOf } from './registry-checks.js'
import { tryWay, type Way } from './way.js'

/** Why someone can't be seen or reached. */
export async function personFindings(
  parts: Parts,
  who: string,
  networks: readonly OwnNetwork[],
): Promise<Finding[]> {
  const found = await parts.people.find(who).catch(error => {
    if (hasCode(error, 'NOT_FOUND') || hasCode(error, 'AMBIGUOUS')) return undefined
    throw error
  })
  const alike = parts.people.matching(who)
  if (alike.length > 1) return [severalOfThatName(alike)]
  if (!found) return [unknownPerson(parts, who)]
  const record = await parts.people.record(found.id)
  if (!record) return [unknownPerson(parts, who)]
  const byRegistry = parts.people.isOnlineByRegistry(record.id)
  const person = personFinding(parts, record, byRegistry)
  const hosts = record.addresses ?? parts.nearby.where(record.id)?.hosts ?? []
  const port = record.ports?.control ?? parts.nearby.where(record.id)?.port
  if (port === undefined || hosts.length === 0) return [person]
  const there = record.online && !byRegistry ? undefined : thereBy(byRegistry)
  const about = {
    identity: parts.identity,
    hosts,
    expect: record.id,
    networks,
    whose: `${record.name}’s`,
    signal: parts.closing,
    ...(there ? { there } : {}),
  }
  const way = await tryWay({ ...about, port })
  const to: Finding = { check: 'to-them', ...plain(way) }
  if (!way.ok && way.other) return [changedKey(record, person, way.other), to]
  if (!record.online && !way.ok) return [person, to]
  const [data] = record.ports?.data ?? []
  const files: Finding[] =
    way.ok && data !== undefined
      ? [{ check: 'files-from-them', ...plain(await tryWay({ ...about, port: data })) }]
      : []
  return [person, to, ...files, ...(await fromThem(parts, record, way, networks))]
}

function unknownPerson({ registry }: Parts, who: string): Finding {
  const at = registry.connected
    ? 'The registry does not know'
    : 'No registry is connected, and nobody here is'
  return {
    check: 'person',
    ok: false,
    seen: `${at} anyone called "${who.slice(0, 64)}".`,
    remedy: registry.connected
      ? 'Check the name. They may have joined another registry, or none yet: ask them for its address.'
      : 'Join the registry they use, or be in the same network as they are.',
  }
}

/** The same name with several keys: set up anew, or taken by somebody else. */
function severalOfThatName(records: readonly PersonRecord[]): Finding {
  const [{ name }] = records as readonly [PersonRecord]
  const each = records.map(({ id, online, addresses = [] }) => {
    const place = addresses.length > 0 ? ` at ${addresses.join(', ')}` : ''
    return `${shortId(id)} is ${online ? `online${place}` : `offline${place && `, last seen${place}`}`}`
  })
  return {
    check: 'person',
    ok: false,
    seen: `${records.length} keys have the name ${name}: ${each.join('; ')}.`,
    remedy: `Ask ${name} which key is theirs: after setting up tsPeer anew it is another one. Then name the one you mean: tspeer doctor ${name}#${shortId((records[0] as PersonRecord).id)}`,
  }
}

function personFinding({ registry, nearby }: Parts, record: PersonRecord, byRegistry: boolean): Finding {
  const { name, id, online, lastSeen } = record
  const who = `${name} (${shortId(id)})`
  const near = nearby.isNear(id)
  const sources = [
    ...(byRegistry ? [`the registry sees them at ${(record.addresses ?? []).join(', ')}`] : []),
    ...(near ? ['they are seen on this network'] : []),
  ]
  if (online || near)
    return { check: 'person', ok: true, seen: `${who} is online: ${sources.join(', and ')}.` }
  const since = lastSeen > 0 ? `since ${new Date(lastSeen).toISOString()}` : 'and was never seen'
  return {
    check: 'person',
    ok: false,
    seen: `${who} is offline ${since}${registry.connected ? ', as the registry says' : ', and not seen on this network'}.`,
    remedy: 'Wait until they are online: messages and offers wait for them.',
  }
}

function thereBy(byRegistry: boolean): string | undefined {
  return byRegistry ? 'the registry is connected to them' : undefined
}

function changedKey({ name, id }: PersonRecord, person: Finding, other: string): Finding {
  return {
    ...person,
    ok: false,
    seen: `${name} was ${shortId(id)}; where they were, the key of ${other.slice(0, 8)} answers now.`,
    remedy: `Ask ${name} whether they set up tsPeer anew. If so, compare the words again: tspeer verify ${name}`,
  }
}

/** They connect to this peer: asked over a connection, which they may have to make. */
async function fromThem(
  parts: Parts,
  record: PersonRecord,
  way: Way,
  networks: readonly OwnNetwork[],
): Promise<Finding[]> {
  const check = 'from-them'
  let connection: Connection
  try {
    connection = await parts.connections.to(record.id, parts.closing)
  } catch (error) {
    if (way.ok) return [{ check, ok: false, seen: `They could not be asked: ${sentenceOf(error)}` }]
    return [
      {
        check,
        ok: false,
        seen: `They can’t connect to this peer either, though they were asked to: ${sentenceOf(error)}`,
        remedy: await bothWays(parts, record, networks),
      },
    ]
  }
  const called: Finding[] =
    way.ok || connection.dialled
      ? []
      : [{ check, ok: true, seen: 'They connected to this peer: messages work, by way of their connection.' }]
  return [
    ...called,
    ...(called.length > 0 ? [] : [await triedBack(parts, connection)]),
    await theirClock(connection, record),
  ]
}

async function triedBack({ ports }: Parts, connection: Connection): Promise<Finding> {
  const check = 'from-them'
  try {
    const { host, reached, message = '' } = await connection.request('TRY_ME', { port: ports.control })
    if (reached)
      return { check, ok: true, seen: `They can connect to this peer at ${host}, port ${ports.control}.` }
    const remedy = await openingAdvice(ports)
    return { check, ok: false, seen: `They can’t connect to this peer: ${message}`, remedy }
  } catch (error) {
    return { check, ok: true, seen: `They did not try: ${sentenceOf(error)}` }
  }
}

async function theirClock(connection: Connection, { name }: PersonRecord): Promise<Finding> {
  try {
    const ask = async () => (await connection.request('HEARTBEAT_REQUEST', {})).time
    return clockFinding(await clockOffset(ask), `${name}’s`)
  } catch (error) {
    return { check: 'clock', ok: true, seen: `They did not tell their time: ${sentenceOf(error)}` }
  }
}

async function bothWays(
  { ports }: Parts,
  { addresses = [] }: PersonRecord,
  networks: readonly OwnNetwork[],
): Promise<string> {
  if (addresses.every(address => !isInside(networks, address)))
    return 'The two of you are in networks that don’t reach each other. Join the same one.'
  return openingAdvice(ports)
}

function plain(way: Way): Pick<Finding, 'ok' | 'seen' | 'remedy'> {
  return way.ok ? { ok: true, seen: way.seen } : { ok: false, seen: way.seen, remedy: way.remedy }
}
