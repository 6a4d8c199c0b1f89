/**
 * What the functions that tests run inside a page may use there. The tests themselves are checked without the
 * DOM's types, as all of Node's side is.
 */
export interface PageWorld {
  readonly location: { hash: string; readonly href: string }
  readonly document: {
    readonly activeElement: { readonly tagName: string } | null
    addEventListener(event: string, listener: (event: { violatedDirective: string }) => void): void
    querySelector(selector: string): { scrollTop: number; readonly scrollHeight: number } | null
    querySelectorAll(selector: string): { readonly length: number }
  }
  WebSocket: new (address: string) => { close(): void }
  sockets: { close(): void }[]
  violations: string[]
  hits: number
}
