import { EventEmitter } from 'node:events'
import type { FileField } from '../file-dialog.js'
import type { NwApi, NwPolicy, NwWindow } from '../nw-api.js'

/** NW.js as its documentation tells it, without a window. What it doesn't have throws, as a typo would. */
export interface FakeNw {
  readonly nw: NwApi
  /** What was called, as `Shell.openItem /a/b`. */
  readonly calls: readonly string[]
  /** The person presses the window's close button; NW.js waits for `close(true)` when someone listens. */
  pressClose(): void
  /** The program is started again while it runs. */
  startAgain(): void
  /** A page wants a new window, or to go elsewhere; whether that was ignored. */
  wants(event: 'new-win-policy' | 'navigation', url: string): boolean
}

export function createFakeNw(): FakeNw {
  const calls: string[] = []
  const note =
    (name: string) =>
    (...args: readonly unknown[]) =>
      void calls.push([name, ...args].join(' '))
  const windowEvents = new EventEmitter()
  const appEvents = new EventEmitter()
  const window: NwWindow = strict('Window', {
    title: '',
    show: note('Window.show'),
    hide: note('Window.hide'),
    focus: note('Window.focus'),
    restore: note('Window.restore'),
    close: note('Window.close'),
    on: (event: string, listener: (...args: never[]) => void) =>
      windowEvents.on(event, listener as (...args: unknown[]) => void),
  })
  const nw: NwApi = strict('nw', {
    Shell: strict('Shell', {
      openExternal: note('Shell.openExternal'),
      openItem: note('Shell.openItem'),
      showItemInFolder: note('Shell.showItemInFolder'),
    }),
    Clipboard: strict('Clipboard', { get: () => strict('clip', { set: note('Clipboard.set') }) }),
    Window: strict('nw.Window', { get: () => window }),
    App: strict('App', { on: (event: 'open', listener: () => void) => appEvents.on(event, listener) }),
  })
  return {
    nw,
    calls,
    pressClose: () => void windowEvents.emit('close'),
    startAgain: () => void appEvents.emit('open', 'tspeer'),
    wants(event, url) {
      let isIgnored = false
      const policy: NwPolicy = {
        ignore: () => {
          isIgnored = true
        },
      }
      windowEvents.emit(event, null, url, policy)
      return isIgnored
    },
  }
}

/** An object that throws where a name is read or written that it doesn't have. */
function strict<T extends object>(name: string, members: T): T {
  const check = (key: string | symbol) => {
    if (typeof key === 'string' && !(key in members) && key !== 'then')
      throw new Error(`${name} has no ${key}`)
  }
  return new Proxy(members, {
    get(target, key, receiver) {
      check(key)
      return Reflect.get(target, key, receiver)
    },
    set(target, key, value, receiver) {
      check(key)
      return Reflect.set(target, key, value, receiver)
    },
  })
}

/** A page whose file dialog gives these paths, or is cancelled. */
export function createFakePage(chosen: readonly string[] | undefined) {
  const fields: (FileField & { readonly attributes: readonly string[] })[] = []
  return {
    fields,
    createElement(): FileField {
      const listeners = new Map<string, () => void>()
      const attributes: string[] = []
      const field = {
        type: '',
        multiple: false,
        attributes,
        files: (chosen ?? []).map(path => ({ path })),
        setAttribute: (name: string) => void attributes.push(name),
        addEventListener: (event: string, listener: () => void) => void listeners.set(event, listener),
        click: () => listeners.get(chosen ? 'change' : 'cancel')?.(),
      }
      fields.push(field)
      return field
    },
  }
}
