import type { Transfer } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { IconButton, type IconName } from '../../parts/index.js'
import { canCancel, canPause, canRemove, canResume, previewKind } from '../../stores/index.js'
import { t } from '../../text/index.js'

const PREVIEW_ICONS = { video: 'film', audio: 'music', picture: 'image' } as const

interface Action {
  readonly icon: IconName
  readonly label: string
  run(): void
}

/** What can be done with a transfer in its state, as buttons. */
export function TransferActions({
  transfer,
  isActive,
}: {
  readonly transfer: Transfer
  readonly isActive: boolean
}) {
  const app = useApp()
  return (
    <>
      {actionsOf(transfer, app).map(({ icon, label, run }) => (
        <IconButton key={icon} icon={icon} label={label} isInTabOrder={isActive} onPress={run} />
      ))}
    </>
  )
}

function actionsOf(transfer: Transfer, app: ReturnType<typeof useApp>): readonly Action[] {
  const { transfers, preview, platform, notices } = app
  const { id, target } = transfer
  const actions: Action[] = []
  const offer = (icon: IconName, label: string, work: () => Promise<unknown>) =>
    actions.push({ icon, label, run: () => void notices.attempt(work) })

  const kind = previewKind(transfer)
  const { mediaUrl } = platform
  if (kind && mediaUrl) {
    const label = kind === 'picture' ? t.preview.look : t.preview.play
    actions.push({ icon: PREVIEW_ICONS[kind], label, run: () => void preview.open(transfer, mediaUrl) })
  }
  if (transfer.state === 'done' && transfer.direction === 'down') {
    if (platform.openFile) offer('open', t.transfers.open, async () => platform.openFile?.(target))
    if (platform.revealFile) offer('folder', t.transfers.reveal, async () => platform.revealFile?.(target))
    offer('copy', t.transfers.copyPath, async () => {
      await platform.copyText(target)
      notices.tell(t.transfers.copied)
    })
  }
  if (canPause(transfer)) offer('pause', t.transfers.pause, () => transfers.pause(id))
  if (canResume(transfer)) {
    const isFailed = transfer.state === 'failed'
    offer(isFailed ? 'again' : 'resume', isFailed ? t.transfers.again : t.transfers.resume, () =>
      transfers.resume(id),
    )
  }
  if (canCancel(transfer)) offer('close', t.transfers.cancel, () => transfers.cancel(id))
  if (canRemove(transfer)) offer('remove', t.transfers.remove, () => transfers.remove(id))
  return actions
}
