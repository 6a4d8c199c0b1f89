import pc from 'picocolors'
import { isPeerError, toPlainError, visibleName } from '../../../core/index.js'
import { jsonLine } from './json-line.js'
import { type Column, table } from './table.js'
import { fit } from './width.js'

/** What a command writes to: a terminal, a pipe, a test. */
export interface Sink {
  write(text: string): void
  readonly isTTY: boolean
  readonly columns: number | undefined
}

/** How a command speaks: to people in lines and tables, to programs in one JSON object a line. */
export class Output {
  readonly json: boolean
  readonly colors: ReturnType<typeof pc.createColors>
  readonly #out: Sink
  readonly #err: Sink
  #status = ''

  constructor(options: {
    readonly out: Sink
    readonly err: Sink
    readonly json: boolean
    readonly color: boolean
  }) {
    this.#out = options.out
    this.#err = options.err
    this.json = options.json
    this.colors = pc.createColors(options.color && options.out.isTTY && !options.json)
  }

  /** The width to keep to, undefined where nothing may be cut. */
  get width(): number | undefined {
    return this.#out.isTTY ? (this.#out.columns ?? 80) : undefined
  }

  get isTerminal(): boolean {
    return this.#out.isTTY && !this.json
  }

  /** A line for people; nothing with --json. The text must be safe to show. */
  line(text = ''): void {
    if (!this.json) this.#write(this.#out, `${text}\n`)
  }

  /** A line for programs; nothing without --json. */
  object(value: object): void {
    if (this.json) this.#write(this.#out, `${jsonLine(value)}\n`)
  }

  /** A table for people; `empty` is said where it has no row. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[], empty: string): void {
    if (this.json) return
    if (rows.length === 0) {
      this.note(empty)
      return
    }
    const [head = '', ...lines] = table(columns, rows, this.width)
    this.line(this.colors.dim(head))
    for (const line of lines) this.line(line)
  }

  /** A remark for people, beside the result. */
  note(text: string): void {
    if (!this.json) this.#write(this.#err, `${text}\n`)
  }

  /** The code and sentence of what went wrong, on stderr, and as an object where programs read. */
  error(error: unknown): void {
    const { code, message } = toPlainError(error)
    this.object({ event: 'error', code, message })
    const known = isPeerError(error)
    this.#write(this.#err, `tspeer: ${code}: ${visibleName(message)}\n`)
    if (!known && process.env.TSPEER_DEBUG) this.#write(this.#err, `${(error as Error)?.stack ?? ''}\n`)
  }

  /** A line that the next one replaces; only where stderr is a terminal. */
  status(text: string): void {
    if (this.json || !this.#err.isTTY) return
    const line = fit(text, (this.#err.columns ?? 80) - 1)
    if (line === this.#status) return
    this.#err.write(`\r${line}\u001b[K`)
    this.#status = line
  }

  /** Draws lines over those drawn before, `previous` of them; only on a terminal. */
  redraw(lines: readonly string[], previous: number): void {
    const up = previous > 0 ? `\u001b[${previous}A` : ''
    this.#out.write(`${up}\r\u001b[J${lines.map(line => `${line}\n`).join('')}`)
  }

  /** Takes the status line away. */
  clearStatus(): void {
    if (this.#status === '') return
    this.#status = ''
    this.#err.write('\r\u001b[K')
  }

  #write(sink: Sink, text: string): void {
    this.clearStatus()
    sink.write(text)
  }
}
