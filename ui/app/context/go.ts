import type { App } from './context.js'
import type { PaneName, Route } from './route.js'

/** Opens a pane where it was left. */
export function goToPane(
  app: Pick<App, 'router' | 'search' | 'browse' | 'chat' | 'people'>,
  pane: PaneName,
): void {
  app.router.go(routeOf(app, pane))
}

/** The address of a pane where it was left. */
export function routeOf(app: Pick<App, 'search' | 'browse' | 'chat' | 'people'>, pane: PaneName): Route {
  switch (pane) {
    case 'search':
      return { pane, text: app.search.text.value, filters: app.search.filters.value }
    case 'browse': {
      const place = app.browse.place.value
      const owner = place && app.people.list.get(place.owner)
      return { pane, who: owner ? app.people.slug(owner) : '', path: owner ? (place?.path ?? '') : '' }
    }
    case 'chat': {
      const thread = app.chat.open.value
      const person = thread && app.people.list.get(thread.id)
      return { pane, who: person ? app.people.slug(person) : '' }
    }
    default:
      return { pane }
  }
}
