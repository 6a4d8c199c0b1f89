import type { Route } from '../context/index.js'
import { BrowsePane } from '../panes/browse/index.js'
import { ChatPane } from '../panes/chat/index.js'
import { PeoplePane } from '../panes/people/index.js'
import { SearchPane } from '../panes/search/index.js'
import { SettingsPane } from '../panes/settings/index.js'
import { SharePane } from '../panes/share/index.js'
import { TransfersPane } from '../panes/transfers/index.js'
import { MorePane } from './tabs.js'

export function PaneView({ route }: { readonly route: Route }) {
  switch (route.pane) {
    case 'people':
      return <PeoplePane who={route.who} />
    case 'search':
      return <SearchPane text={route.text} filters={route.filters} />
    case 'browse':
      return <BrowsePane who={route.who} path={route.path} />
    case 'transfers':
      return <TransfersPane part={route.part} />
    case 'chat':
      return <ChatPane who={route.who} />
    case 'share':
      return <SharePane />
    case 'settings':
      return <SettingsPane />
    case 'more':
      return <MorePane />
  }
}
