import { Encoder, type Options } from 'cbor-x'
import { scanCbor } from './cbor-scan.js'
import { standInForMarks } from './text-marks.js'

/** int64AsNumber is missing in cbor-x's types: without it a u64 is a BigInt, whatever its value. */
const OPTIONS: Options & { readonly int64AsNumber: boolean } = {
  useRecords: false,
  mapsAsObjects: true,
  variableMapSize: true,
  tagUint8Array: false,
  // What was pushed into the frame parser is used again after it.
  copyBuffers: true,
  int64AsNumber: true,
}
const cbor = new Encoder(OPTIONS)

/** CBOR as messages have it: plain maps and arrays, text, bytes, numbers; no tags, no indefinite lengths. */
export function encodeCbor(value: object): Buffer {
  return cbor.encode(value)
}

/** The value of one CBOR item that passes the pre-scan. Maps are plain objects, bytes are Buffers. */
export function decodeCbor(bytes: Buffer): unknown {
  const marks = scanCbor(bytes)
  if (marks.length === 0) return cbor.decode(bytes)
  const { copy, restore } = standInForMarks(bytes, marks)
  return restore(cbor.decode(copy))
}
