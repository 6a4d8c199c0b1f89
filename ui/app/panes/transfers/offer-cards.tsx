import { useEffect, useId, useState } from 'preact/hooks'
import { type Offer, visibleName } from '../../../../core/browser.js'
import { type App, useApp } from '../../context/index.js'
import { Button, FileIcon, Name } from '../../parts/index.js'
import { t } from '../../text/index.js'

/** Against a stray click: what just came can't be answered yet. */
const WAIT_MS = 500
/** Files that a card names. */
const NAMED = 5

/** What others want to send, each with its answers. */
export function OfferCards() {
  const { offers } = useApp()
  return (
    <>
      {offers.open.value.map(offer => (
        <OfferCard key={offer.id} offer={offer} />
      ))}
    </>
  )
}

function OfferCard({ offer }: { readonly offer: Offer }) {
  const app = useApp()
  const [isReady, setReady] = useState(false)
  const title = useId()
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), WAIT_MS)
    return () => clearTimeout(timer)
  }, [])
  const { id, fromName, name, files, bytes, entries } = offer
  const named = entries.filter(({ type }) => type === 'file')
  const left = files - Math.min(NAMED, named.length)
  const button = (label: string, run: () => void, kind: 'plain' | 'primary' = 'plain') => (
    <Button label={label} kind={kind} isDisabled={!isReady} onPress={run} />
  )
  return (
    <section class="offer" aria-labelledby={title}>
      <h2 id={title}>{t.offers.wants(visibleName(fromName), visibleName(name), files, bytes)}</h2>
      <ul>
        {named.slice(0, NAMED).map(({ path, size }) => (
          <li key={path}>
            <FileIcon type="file" name={path} />
            <Name text={path} />
            <span class="muted">{t.format.bytes(size)}</span>
          </li>
        ))}
        {left > 0 && <li class="muted">{t.offers.more(left)}</li>}
      </ul>
      <p class="line">
        {button(t.offers.accept, () => void app.offers.accept(id), 'primary')}
        {offer.state === 'waiting' && button(t.offers.later, () => void app.offers.later(id))}
        {button(t.offers.decline, () => void decline(app, offer))}
      </p>
    </section>
  )
}

/** Declines at once; the notice takes it back. */
async function decline({ offers, notices }: App, { id, name }: Offer): Promise<void> {
  if (!(await offers.decline(id))) return
  const undo = { label: t.offers.acceptAfterAll, run: () => void offers.accept(id) }
  notices.tell(t.offers.declined(visibleName(name)), undo)
}
