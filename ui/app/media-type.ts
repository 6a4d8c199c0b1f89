/** What a page can show of a file: which element, and the type it is served with. */
export interface MediaType {
  readonly kind: 'video' | 'audio' | 'picture'
  readonly type: string
}

/** Only what a browser shows by itself and what holds no script: no SVG, no page. */
const TYPES: Readonly<Record<string, MediaType>> = {
  mp4: { kind: 'video', type: 'video/mp4' },
  m4v: { kind: 'video', type: 'video/mp4' },
  mov: { kind: 'video', type: 'video/mp4' },
  webm: { kind: 'video', type: 'video/webm' },
  mkv: { kind: 'video', type: 'video/webm' },
  ogv: { kind: 'video', type: 'video/ogg' },
  mp3: { kind: 'audio', type: 'audio/mpeg' },
  m4a: { kind: 'audio', type: 'audio/mp4' },
  aac: { kind: 'audio', type: 'audio/aac' },
  flac: { kind: 'audio', type: 'audio/flac' },
  ogg: { kind: 'audio', type: 'audio/ogg' },
  oga: { kind: 'audio', type: 'audio/ogg' },
  opus: { kind: 'audio', type: 'audio/ogg' },
  wav: { kind: 'audio', type: 'audio/wav' },
  jpg: { kind: 'picture', type: 'image/jpeg' },
  jpeg: { kind: 'picture', type: 'image/jpeg' },
  png: { kind: 'picture', type: 'image/png' },
  gif: { kind: 'picture', type: 'image/gif' },
  webp: { kind: 'picture', type: 'image/webp' },
  avif: { kind: 'picture', type: 'image/avif' },
  bmp: { kind: 'picture', type: 'image/bmp' },
}

/** How a file of this name is shown, by its ending alone; undefined where a page should not show it. */
export function mediaTypeOf(name: string): MediaType | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined
}
