import { createFormat } from './format.js'
import { regional } from './languages.js'

/** Numbers, sizes and times in English. */
export const enFormat = createFormat(regional('en'))
