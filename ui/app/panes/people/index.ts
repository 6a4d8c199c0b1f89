export { PeoplePane } from './people-pane.js'
