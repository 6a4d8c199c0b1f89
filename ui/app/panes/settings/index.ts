export { SettingsPane } from './settings-pane.js'
