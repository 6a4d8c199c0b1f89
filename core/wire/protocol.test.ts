import { readFile } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { GenericSchema } from 'valibot'
import { hasCode, isErrorCode } from '../errors/index.js'
import { peerIdOfKey } from '../identity/index.js'
import { scanCbor } from './cbor-scan.js'
import { type Envelope, encodeMessage, openMessage, type SentEnvelope } from './envelope.js'
import { BULK_PREFIX_BYTES, FRAME, FrameParser, writeBulkPrefix } from './frames.js'
import { encodeHello } from './hello.js'
import { LIMITS } from './limits.js'
import { EVENTS, REQUESTS } from './messages/index.js'

const text = await readFile(documentFile(), 'utf8')

interface Chunk {
  readonly id: number
  readonly offset: number
  readonly hex: string
}
type Meaning = SentEnvelope | { readonly chunk: Chunk }

const examples = [...text.matchAll(/```frame\n(.*?)```\n\n```json\n(.*?)\n```/gs)].map(
  ([, frame = '', json = '']) => ({
    frame: hexOf(frame),
    meaning: JSON.parse(json) as Meaning,
  }),
)

test('it has an example of each kind of frame and of each op', () => {
  const kinds = new Set(examples.map(({ frame }) => frame[4]))
  const ops = new Set(examples.map(({ meaning }) => ('op' in meaning ? meaning.op : 'chunk')))

  assert.equal([...kinds].sort(), [0, 1, 2])
  assert.equal([...ops].sort(), ['answer', 'cancel', 'chunk', 'error', 'event', 'request'])
  assert.is(examples.length, [...text.matchAll(/```frame/g)].length)
})

for (const { frame, meaning } of examples) {
  const what = 'op' in meaning ? `${meaning.op} ${'type' in meaning ? meaning.type : ''}` : 'chunk'

  test(`the example of ${what} in a frame of kind ${frame[4]} reads as it says`, () => {
    assert.equal(read(frame), [meaning])
  })

  // Compressors differ, so there is no one way to write kind 2.
  if (frame[4] === FRAME.deflated) continue
  test(`the example of ${what} is written byte for byte so`, () => {
    assert.is(write(meaning).toString('hex'), frame.toString('hex'))
  })
}

test('the example of an id is that of its key', () => {
  const spki = hexOf(block('spki'))

  assert.is(peerIdOfKey(spki), block('id').trim())
})

for (const [, bytes = '', why = ''] of text.matchAll(/^\| `([0-9a-f ]+)` +\| (.*?) +\|$/gm)) {
  test(`the bytes ${bytes} are refused: ${why}`, () => {
    assert.throws(
      () => scanCbor(hexOf(bytes)),
      (error: unknown) => hasCode(error, 'PROTOCOL_ERROR'),
    )
  })
}

test('its limits are those of the code', () => {
  const table = text.slice(text.indexOf('## 9. Limits'))
  const listed = [...table.matchAll(/^\| (\w+) +\| (\d+) +\|$/gm)].map(([, name, value]) => [
    name,
    Number(value),
  ])

  assert.equal(Object.fromEntries(listed), { ...LIMITS })
})

for (const [type, schemas] of [
  ...Object.entries(REQUESTS).map(([type, { request, answer }]) => [type, [request, answer]] as const),
  ...Object.entries(EVENTS).map(([type, schema]) => [type, [schema]] as const),
]) {
  test(`it has a section on ${type} that names each of its fields`, () => {
    const section = chapter(`### ${type}\n`)
    const types = text.slice(text.indexOf('## 6.'), text.indexOf('### HELLO'))
    const fields = new Set(schemas.flatMap(schema => fieldsOf(schema)))

    const missing = [...fields].filter(
      field => !section.includes(`\`${field}\``) && !types.includes(`\`${field}\``),
    )
    assert.equal(missing, [])
  })
}

test('the codes it names are codes', () => {
  const codes = chapter('## 8. Codes\n').match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []

  assert.ok(codes.length > 8)
  assert.equal(
    codes.filter(code => !isErrorCode(code)),
    [],
  )
})

function read(frame: Buffer): Meaning[] {
  const found: Meaning[] = []
  const parser = new FrameParser({
    message: (kind, payload) =>
      void found.push(
        openMessage(kind, payload) as Exclude<Envelope, { op: 'unknown-request' | 'unknown-event' }>,
      ),
    bulk: ({ id, offset, bytes }) => void found.push({ chunk: { id, offset, hex: bytes.toString('hex') } }),
  })
  parser.push(encodeHello({ role: 'peer', purpose: 'data' }))
  found.length = 0
  parser.push(frame)
  assert.ok(parser.atEnd)
  return found
}

function write(meaning: Meaning): Buffer {
  if ('op' in meaning) return encodeMessage(meaning)
  const { id, offset, hex } = meaning.chunk
  const bytes = Buffer.from(hex, 'hex')
  const prefix = Buffer.alloc(BULK_PREFIX_BYTES)
  writeBulkPrefix(prefix, { id, offset, bytes: bytes.length })
  return Buffer.concat([prefix, bytes])
}

/** Names of fields anywhere in a schema. */
function fieldsOf(schema: GenericSchema): string[] {
  const { entries, options, wrapped, item } = schema as {
    entries?: Record<string, GenericSchema>
    options?: readonly (GenericSchema | string)[]
    wrapped?: GenericSchema
    item?: GenericSchema
  }
  const inner = [...Object.values(entries ?? {}), ...(options ?? []), wrapped, item].filter(
    part => typeof part === 'object',
  )
  return [...Object.keys(entries ?? {}), ...inner.flatMap(part => fieldsOf(part))]
}

/** From a heading to the next one of any level. */
function chapter(heading: string): string {
  const start = text.indexOf(heading)
  assert.ok(start >= 0, heading)
  const end = text.indexOf('\n#', start + heading.length)
  return text.slice(start, end < 0 ? undefined : end)
}

function block(name: string): string {
  return new RegExp(`\`\`\`${name}\\n(.*?)\`\`\``, 's').exec(text)?.[1] ?? ''
}

function hexOf(annotated: string): Buffer {
  return Buffer.from(annotated.replace(/#.*$/gm, '').replace(/\s/g, ''), 'hex')
}

/** Beside the sources: the compiled test lies in dist/, which mirrors them. */
function documentFile(): URL {
  return new URL('../../../core/wire/PROTOCOL.md', import.meta.url)
}

test.run()
