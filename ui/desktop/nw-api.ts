/// <reference types="nw.js" />

/** What the desktop uses of NW.js; its typings are checked against this where the page passes `nw` in. */
export interface NwApi {
  readonly Shell: Pick<nw.Shell, 'openExternal' | 'openItem' | 'showItemInFolder'>
  readonly Clipboard: { get(): NwClipboard }
  readonly Window: { get(): NwWindow }
  readonly App: { on(event: 'open', listener: () => void): unknown }
}

export interface NwClipboard {
  set(text: string, type: 'text'): void
}

/** Lets a navigation or a new window go on, or not. */
export interface NwPolicy {
  ignore(): void
}

export interface NwWindow {
  title: string
  show(): void
  hide(): void
  focus(): void
  restore(): void
  close(force?: boolean): void
  on(event: 'close', listener: () => void): unknown
  on(
    event: 'new-win-policy' | 'navigation',
    listener: (frame: unknown, url: string, policy: NwPolicy) => void,
  ): unknown
}
