export { ChatPane } from './chat-pane.js'
