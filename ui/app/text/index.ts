import { en, type Texts } from './en.js'
import { pickLanguage } from './languages.js'

/** Every language of the app. A new one is a file like `en.ts` and a line here. */
const languages: Readonly<Record<string, Texts>> = { en }

/** The language on the screen, for `lang`. */
export const language = pickLanguage(Object.keys(languages))

/** The app's words. */
export const t: Texts = languages[language] ?? en
export type { Format } from './format.js'
