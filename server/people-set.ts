/** So many numbers are kept as they are: as bits they would take a place for everyone. */
const FEW = 64

/** A set of people by their numbers: a short list, or a bit for each. */
export class PeopleSet {
  /** Undefined where they are bits. */
  #few: number[] | undefined = []
  #bits = NO_BITS

  /** All of them where they are few. */
  get few(): readonly number[] | undefined {
    return this.#few
  }

  has(number: number): boolean {
    if (this.#few) return this.#few.includes(number)
    const word = number >>> 5
    return word < this.#bits.length && ((this.#bits[word] as number) & (1 << (number & 31))) !== 0
  }

  add(number: number): void {
    if (!this.#few) this.#addBit(number)
    else if (!this.#few.includes(number)) {
      if (this.#few.length < FEW) {
        this.#few.push(number)
        return
      }
      for (const one of [...this.#few, number]) this.#addBit(one)
      this.#few = undefined
    }
  }

  #addBit(number: number): void {
    const word = number >>> 5
    if (word >= this.#bits.length) {
      const grown = new Uint32Array(Math.max(word + 1, Math.ceil(this.#bits.length * 1.5)))
      grown.set(this.#bits)
      this.#bits = grown
    }
    this.#bits[word] = (this.#bits[word] as number) | (1 << (number & 31))
  }
}

const NO_BITS = new Uint32Array(0)
