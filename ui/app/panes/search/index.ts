export { openSaved } from './saved-acts.js'
export { SearchPane } from './search-pane.js'
