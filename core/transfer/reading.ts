import type { EntriesPage } from '../api/index.js'
import type { PeerError } from '../errors/index.js'
import type { Clock } from './clock.js'
import { EntriesView, type EntriesViewDeps } from './entries-view.js'
import { type EntryRead, EntryReaders } from './entry-readers.js'
import { type Wish, Wishes } from './wishes.js'

/** What reading needs of a download. */
export interface ReadingDeps extends EntriesViewDeps {
  readonly clock: Clock
  /** A reader wants something; whether it is more than the reader's last wish going on. */
  wanted(wish: Wish, how: { readonly isNew: boolean }): void
}

/** What is listed and read of one download, while it runs and after. */
export class Reading {
  /** What a run fetches before all else. */
  readonly wishes = new Wishes()
  readonly #view: EntriesView
  readonly #readers: EntryReaders

  constructor(deps: ReadingDeps) {
    this.#view = new EntriesView(deps)
    this.#readers = new EntryReaders({
      clock: deps.clock,
      locate: (entry, offset) => this.#view.locate(entry, offset),
      want: (reader, entry, offset) => {
        const wish = this.#view.wish(entry, offset)
        deps.wanted(wish, { isNew: !this.wishes.put(reader, wish) })
      },
      unwant: reader => this.wishes.remove(reader),
    })
  }

  /** A page of what the download is of. */
  page(offset: number, limit: number): EntriesPage {
    return this.#view.page(offset, limit)
  }

  /** Verified bytes of an entry, once they are there. */
  read(read: EntryRead): Promise<Uint8Array> {
    return this.#readers.read(read)
  }

  /** A reader needs nothing more. */
  end(reader: string): void {
    this.#readers.end(reader)
  }

  /** Something of the download has changed. */
  changed(): void {
    this.#readers.changed()
  }

  /** Nothing can be read any more. */
  close(why: PeerError): void {
    this.#readers.close(why)
  }
}
