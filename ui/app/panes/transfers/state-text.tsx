import { type Transfer, visibleName } from '../../../../core/browser.js'
import { t } from '../../text/index.js'

/** The state in words, and why it stands. */
export function StateText({ transfer }: { readonly transfer: Transfer }) {
  const text = stateText(transfer)
  return (
    <span class={`state-${transfer.state}`} title={text}>
      {text}
    </span>
  )
}

function stateText({ state, reason, error, files, filesDone, direction, toName }: Transfer): string {
  if ((state === 'failed' || state === 'cancelled') && error) return error.message
  if (state === 'awaiting-consent' && reason === 'nobody-online' && toName !== undefined)
    return t.offers.waits(visibleName(toName))
  if (state === 'downloading' && direction === 'up' && files <= 1) return t.offers.sending
  if (state === 'paused' && reason) return t.transfers.reasons[reason]
  if (state === 'downloading' && files > 1) return t.transfers.files(filesDone, files)
  return t.transfers.states[state]
}
