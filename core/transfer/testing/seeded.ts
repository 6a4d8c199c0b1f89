/** Numbers from 0 to 1 that depend on the seed only. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A test with chance in it: when it fails it says by which seed, TSPEER_SEED runs it with that one again. */
export function seeded<T>(
  run: (context: T, random: () => number) => Promise<void>,
): (context: T) => Promise<void> {
  return async context => {
    const seed = Number(process.env.TSPEER_SEED ?? Math.floor(Math.random() * 2 ** 32))
    try {
      await run(context, randomFrom(seed))
    } catch (error) {
      console.log(`TSPEER_SEED=${seed}`)
      throw error
    }
  }
}
