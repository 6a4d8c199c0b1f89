export { BrowsePane } from './browse-pane.js'
