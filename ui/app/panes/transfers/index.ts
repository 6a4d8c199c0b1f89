export { TransfersPane } from './transfers-pane.js'
