import { clearLine, createInterface, cursorTo } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Sink } from './output/index.js'

/** The terminal or pipes this process has. */
export interface Terminal {
  readonly out: Sink
  readonly err: Sink
  /** Lines from stdin; reading begins with the first one asked for. */
  readonly input: AsyncIterable<string>
  /** Waits until what was written has left the process. */
  flush(): Promise<void>
}

/** `onGone` is called when nobody reads the output any more. */
export function openTerminal(onGone: () => void): Terminal {
  const editor: { redraw?: () => void } = {}
  return {
    out: sinkOf(process.stdout, editor, onGone),
    err: sinkOf(process.stderr, editor, onGone),
    input: linesOf(process.stdin, editor),
    async flush() {
      for (const stream of [process.stdout, process.stderr]) await written(stream)
    },
  }
}

/** A line that comes while the person types one goes above it. */
function sinkOf(stream: WriteStream, editor: { redraw?: () => void }, onGone: () => void): Sink {
  stream.on('error', onGone)
  return {
    write(text) {
      if (stream.isTTY && editor.redraw) {
        cursorTo(stream, 0)
        clearLine(stream, 0)
      }
      stream.write(text)
      editor.redraw?.()
    },
    get isTTY() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns
    },
  }
}

async function* linesOf(stdin: ReadStream, editor: { redraw?: () => void }): AsyncGenerator<string> {
  const terminal = stdin.isTTY === true && process.stdout.isTTY === true
  const lines = createInterface({
    input: stdin,
    ...(terminal && { output: process.stdout, prompt: '' }),
    terminal,
  })
  // In raw mode readline gets the key, not the process the signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  if (terminal) editor.redraw = () => lines.prompt(true)
  try {
    yield* lines
  } finally {
    delete editor.redraw
    lines.close()
  }
}

function written(stream: WriteStream): Promise<void> {
  return new Promise(resolve => {
    if (stream.destroyed || stream.errored) resolve()
    else stream.write('', () => resolve())
  })
}
