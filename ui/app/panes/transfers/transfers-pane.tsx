import { useComputed, useSignal } from '@preact/signals'
import { type Transfer, visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { type Column, List } from '../../list/index.js'
import { Button, Empty, FileIcon, Loading, Name, Problem, Progress } from '../../parts/index.js'
import { canCancel, canPause, canRemove, canResume, type Transfers } from '../../stores/index.js'
import { t } from '../../text/index.js'
import { FollowedList } from '../following/index.js'
import { OfferCards } from './offer-cards.js'
import { PreviewDialog } from './preview-dialog.js'
import { StateText } from './state-text.js'
import { TransferActions } from './transfer-actions.js'
import { TransferDetails } from './transfer-details.js'
import { TransferParts } from './transfer-parts.js'

const id = (transfer: Transfer) => transfer.id

const columns: readonly Column<Transfer>[] = [
  { key: 'name', head: t.transfers.name, cell: transfer => <TransferName transfer={transfer} /> },
  { key: 'progress', head: t.transfers.progress, cell: transfer => <TransferProgress transfer={transfer} /> },
  { key: 'amount', head: t.browse.size, cell: amount },
  { key: 'rate', head: t.transfers.rate, cell: ({ rate }) => (rate > 0 ? t.format.rate(rate) : '') },
  { key: 'left', head: t.transfers.left, cell: timeLeft },
  { key: 'state', head: t.transfers.state, cell: transfer => <StateText transfer={transfer} /> },
  {
    key: 'actions',
    head: t.people.actions,
    cell: (transfer, isActive) => <TransferActions transfer={transfer} isActive={isActive} />,
  },
]

/** Everything that is downloaded, waits, or has ended; or the folders that are followed. */
export function TransfersPane({ part }: { readonly part?: 'followed' | undefined }) {
  const { transfers } = useApp()
  const total = useComputed(() => transfers.list.count()).value
  return (
    <>
      <h1 tabIndex={-1}>
        {t.panes.transfers}{' '}
        {total > 0 && (
          <span class="total">
            {t.transfers.total(total)}, {t.transfers.active(transfers.active.value)}
          </span>
        )}
      </h1>
      <OfferCards />
      <TransferParts part={part} />
      {part === 'followed' ? <FollowedList /> : <TransferList total={total} />}
    </>
  )
}

function TransferList({ total }: { readonly total: number }) {
  const { transfers, router } = useApp()
  const state = transfers.state.value
  const chosen = useSignal<string | undefined>(undefined)
  return (
    <>
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void transfers.load()} />}
      {state.kind === 'loading' && total === 0 && <Loading from={t.load.peer} />}
      {state.kind === 'ready' && total === 0 && (
        <Empty icon="transfers" title={t.transfers.empty} hint={t.transfers.emptyHint}>
          <Button
            icon="search"
            kind="primary"
            label={t.transfers.goSearch}
            onPress={() => router.go({ pane: 'search', text: '' })}
          />
        </Empty>
      )}
      {total > 0 && (
        <List
          label={t.panes.transfers}
          name="transfers"
          columns={columns}
          rows={transfers.list}
          id={id}
          onMove={next => {
            chosen.value = next
          }}
          onKey={(event, transfer) => transfer && onKey(event, transfer, transfers)}
        />
      )}
      <TransferDetails id={chosen.value} />
      <PreviewDialog />
    </>
  )
}

/** Ctrl+P pauses or resumes, Delete cancels or takes off the list. */
function onKey(event: KeyboardEvent, transfer: Transfer, transfers: Transfers): void {
  const isCommand = event.ctrlKey || event.metaKey
  if (isCommand && event.key.toLowerCase() === 'p') {
    event.preventDefault()
    if (canPause(transfer)) void transfers.pause(transfer.id)
    else if (canResume(transfer)) void transfers.resume(transfer.id)
  } else if (event.key === 'Delete') {
    event.preventDefault()
    if (canRemove(transfer)) void transfers.remove(transfer.id)
    else if (canCancel(transfer)) void transfers.cancel(transfer.id)
  }
}

function TransferName({ transfer }: { readonly transfer: Transfer }) {
  return (
    <>
      <FileIcon type={transfer.files > 1 ? 'folder' : 'file'} name={transfer.name} />
      <Name text={transfer.name} />
      {transfer.ownerName !== undefined && (
        <span class="muted from">{t.transfers.from(visibleName(transfer.ownerName))}</span>
      )}
      {transfer.toName !== undefined && (
        <span class="muted from">{t.offers.to(visibleName(transfer.toName))}</span>
      )}
    </>
  )
}

function TransferProgress({ transfer }: { readonly transfer: Transfer }) {
  const { bytes, total, state } = transfer
  const part = state === 'done' ? 1 : total > 0 ? bytes / total : 0
  return <Progress part={part} label={visibleName(transfer.name)} kind={progressKind(transfer)} />
}

function progressKind({ state }: Transfer): 'active' | 'still' | 'done' | 'bad' {
  if (state === 'done') return 'done'
  if (state === 'failed') return 'bad'
  return state === 'downloading' || state === 'checking' ? 'active' : 'still'
}

function amount({ bytes, total, state }: Transfer): string {
  return state === 'done' || bytes >= total ? t.format.bytes(total) : t.transfers.amount(bytes, total)
}

function timeLeft({ eta, state }: Transfer): string {
  return eta !== undefined && state === 'downloading' ? t.format.duration(eta) : ''
}
