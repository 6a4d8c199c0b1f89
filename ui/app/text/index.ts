import { en, type Texts } from './en.js'

/** Every language of the app. A new one is a file like `en.ts` and a line here. */
const languages: Readonly<Record<string, Texts>> = { en }

function pickLanguage(wanted: readonly string[]): string {
  return wanted.map(tag => tag.split('-')[0] ?? '').find(language => language in languages) ?? 'en'
}

const host: { readonly navigator?: { readonly languages?: readonly string[] } } = globalThis
/** The language on the screen, for `lang`. */
export const language = pickLanguage(host.navigator?.languages ?? [])

/** The app's words. */
export const t: Texts = languages[language] ?? en
export type { Format } from './format.js'
