import type { Transfer } from '../../../../core/browser.js'
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

function stateText({ state, reason, error, files, filesDone }: Transfer): string {
  if (state === 'failed' && error) return error.message
  if (state === 'paused' && reason) return t.transfers.reasons[reason]
  if (state === 'downloading' && files > 1) return t.transfers.files(filesDone, files)
  return t.transfers.states[state]
}
