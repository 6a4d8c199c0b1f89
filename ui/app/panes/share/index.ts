export { SharePane } from './share-pane.js'
