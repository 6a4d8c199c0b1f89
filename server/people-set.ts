/** A set of people by their numbers: a bit each. */
export class PeopleSet {
  #bits = new Uint32Array(0)

  has(number: number): boolean {
    const word = number >>> 5
    return word < this.#bits.length && ((this.#bits[word] as number) & (1 << (number & 31))) !== 0
  }

  add(number: number): void {
    const word = number >>> 5
    if (word >= this.#bits.length) {
      const grown = new Uint32Array(Math.max(word + 1, Math.ceil(this.#bits.length * 1.5)))
      grown.set(this.#bits)
      this.#bits = grown
    }
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (number & 31))
  }
}
