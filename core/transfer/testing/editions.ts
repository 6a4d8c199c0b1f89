import { writeSample } from '../../testing/index.js'

const MiB = 1024 * 1024

/** Files by name and how many bytes they have at least. Those of one size have the same content. */
export type Sizes = Readonly<Record<string, number>>

/** Some small files, as every test of what is in the way needs them. */
export const SMALL: Sizes = {
  empty: 0,
  'one byte': 1,
  'in/deep/less': 5_000,
  'in/small': 200_000,
  'in/twin.bin': 200_000,
}
/** Files of more than one piece. */
export const BIG: Sizes = { 'big.bin': 3 * MiB + 7, 'in/big too.bin': 2 * MiB, twin: 3 * MiB + 7 }

/** Writes one edition of files into a folder: the same bytes wherever it is, others than another edition's, and longer ones where a size is odd. */
export async function writeEdition(folder: string, sizes: Sizes, edition: number): Promise<void> {
  for (const [name, size] of Object.entries(sizes))
    await writeSample(`${folder}/${name}`, size + (size % 2) * edition * 333, edition * 1e8 + size)
}
