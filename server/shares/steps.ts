/** How long work in steps may hold the event loop, ms. */
const SLICE_MS = 10

/** Does work in steps, letting others run whenever it has held the loop for a while; gives what the work returns. */
export async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  let began = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - began < SLICE_MS) continue
    await nextTurn()
    began = performance.now()
  }
}

/** Lets everything else that is ready run first. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
