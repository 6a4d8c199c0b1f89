export { AppView } from './app.js'
