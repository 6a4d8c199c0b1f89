export { CheckField } from './check-field.js'
export { Field } from './field.js'
export { RateField } from './rate-field.js'
export { SelectField } from './select-field.js'
