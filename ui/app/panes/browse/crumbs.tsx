import { type Person, visibleName } from '../../../../core/browser.js'
import { formatRoute, useApp } from '../../context/index.js'
import { Icon, Name } from '../../parts/index.js'
import { t } from '../../text/index.js'

/** The way from the share down to the folder, each part a link. */
export function Crumbs({ person, path }: { readonly person: Person; readonly path: string }) {
  const { people } = useApp()
  const who = people.slug(person)
  const parts = path === '' ? [] : path.split('/')
  const link = (depth: number) => formatRoute({ pane: 'browse', who, path: parts.slice(0, depth).join('/') })
  return (
    <nav class="crumbs" aria-label={t.browse.path}>
      <ol>
        <li>
          <a href={link(0)} aria-current={parts.length === 0 ? 'page' : undefined}>
            <bdi>{t.browse.everything(visibleName(person.name))}</bdi>
          </a>
        </li>
        {parts.map((part, index) => (
          <li key={link(index + 1)}>
            <Icon name="right" />
            <a href={link(index + 1)} aria-current={index === parts.length - 1 ? 'page' : undefined}>
              <Name text={part} />
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
