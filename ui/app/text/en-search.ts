import { enFormat as f } from './en-format.js'

/** What English says of searches, their filters, and those that are saved. */
export const enSearch = {
  search: {
    label: 'Search everyone’s files',
    placeholder: 'Film, song, document…',
    name: 'Name',
    size: 'Size',
    owners: 'From',
    path: 'Where',
    download: 'Download',
    results: (n: number, isComplete: boolean) =>
      f.plural(n, { one: `${f.count(n)} result`, other: `${f.count(n)}${isComplete ? '' : '+'} results` }),
    hint: 'Type at least 2 letters. Everything that people on your registry share is searched.',
    none: (text: string) => `Nothing found for “${text}”`,
    noneHint: 'Try fewer or shorter words.',
    noneFiltered: 'Try fewer or shorter words, or fewer filters.',
    old: (when: string) => `These results are from ${when}.`,
    people: (n: number) => f.plural(n, { one: `${f.count(n)} person`, other: `${f.count(n)} people` }),
    started: (name: string) => `Downloading ${name}`,
    showTransfers: 'Show',
    offline: 'offline',
    filters: 'Filters',
    dropFilter: (filter: string) => `Take away the filter: ${filter}`,
    dropAll: 'Clear all',
    kinds: {
      video: 'Video',
      audio: 'Audio',
      picture: 'Pictures',
      document: 'Documents',
      archive: 'Archives',
      program: 'Programs',
      folder: 'Folders',
    },
    endings: (endings: readonly string[]) => endings.map(ending => `.${ending}`).join(' '),
    from: (bytes: number) => `From ${f.bytes(bytes)}`,
    upTo: (bytes: number) => `Up to ${f.bytes(bytes)}`,
    ownedBy: (who: string) => `Of ${who}`,
    online: 'Online now',
  },
}
