import type { PeerId } from '../../identity/index.js'
import { type Loans, type Paces, READ_BYTES } from '../limits/pacing.js'

/** Keeps a download connection from reading more than was lent, where its source is paced. */
export class ReadPace {
  readonly #source: PeerId
  readonly #paces: Paces
  readonly #loans: Loans
  readonly #changed: () => void
  #pace: number | undefined
  /** What is left of the loan, negative where more came; undefined without one. */
  #loan: number | undefined
  #asking = false
  #holds = false
  #passing = false
  #resting = true

  /** `changed` is called whenever reading is to stop or to go on. */
  constructor(
    source: PeerId,
    tools: { readonly paces: Paces; readonly loans: Loans; readonly changed: () => void },
  ) {
    this.#source = source
    this.#paces = tools.paces
    this.#loans = tools.loans
    this.#changed = tools.changed
    this.#pace = tools.paces.of(source)
  }

  /** Whether nothing is to be read now. */
  get holds(): boolean {
    return this.#holds
  }

  /** At most; undefined where the source is not paced. */
  get bytesASecond(): number | undefined {
    return this.#pace
  }

  /** Something is asked for: bytes will come. */
  begin(): void {
    this.#passing = false
    this.#resting = false
    if (this.#pace !== undefined) this.#borrow()
  }

  /** Bytes came. */
  count(bytes: number): void {
    if (this.#pace === undefined) return
    this.#loan = (this.#loan ?? 0) - bytes
    this.#borrow()
  }

  /** What is under way is of no use: it may come at once, and is counted. */
  letPass(): void {
    this.#passing = true
    this.#hold(false)
  }

  /** Nothing is under way any more. */
  end(): void {
    this.#resting = true
    this.#hold(false)
    this.#giveBack()
  }

  /** The rules changed: what was lent by the old ones is void. */
  changed(): void {
    const wasPaced = this.#pace !== undefined
    this.#pace = this.#paces.of(this.#source)
    if (this.#pace === undefined) {
      this.#loan = undefined
      this.#hold(false)
    } else if (wasPaced && this.#loan !== undefined) this.#loan = Math.min(0, this.#loan)
  }

  #borrow(): void {
    if ((this.#loan ?? 0) >= READ_BYTES || this.#passing) return
    this.#hold(true)
    if (this.#asking) return
    this.#asking = true
    // One read comes as several pieces: all of them are counted before we ask.
    setImmediate(() => this.#ask())
  }

  #ask(): void {
    const back = this.#loan
    this.#loan = undefined
    this.#loans.lend(this.#source, back).then(
      bytes => {
        this.#asking = false
        if (bytes > 0) this.#loan = (this.#loan ?? 0) + bytes
        if (this.#resting) this.#giveBack()
        else if (this.#pace === undefined || (this.#loan ?? 0) >= READ_BYTES) this.#hold(false)
        else this.#borrow()
      },
      // The main side is gone, and this worker goes with it.
      () => {},
    )
  }

  #giveBack(): void {
    if (this.#loan === undefined) return
    this.#loans.giveBack(this.#source, this.#loan)
    this.#loan = undefined
  }

  #hold(holds: boolean): void {
    if (this.#holds === holds) return
    this.#holds = holds
    this.#changed()
  }
}
