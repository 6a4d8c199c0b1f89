import { useEffect } from 'preact/hooks'
import { visibleName } from '../../../core/browser.js'
import { useApp } from '../context/index.js'
import { t } from '../text/index.js'

/** Tells of each offer that comes, without taking focus; the answers are in the Transfers pane. */
export function OfferNotices() {
  const { offers, notices, router } = useApp()
  const offer = offers.arrived.value
  useEffect(() => {
    if (!offer) return
    const { fromName, name, files, bytes } = offer
    const text = t.offers.wants(visibleName(fromName), visibleName(name), files, bytes)
    notices.tell(text, { label: t.offers.look, run: () => router.go({ pane: 'transfers' }) })
  }, [offer, notices, router])
  return null
}
