import { useEffect } from 'preact/hooks'
import { useApp } from '../context/index.js'
import { Button, Icon, IconButton } from '../parts/index.js'
import type { Notice } from '../stores/index.js'
import { t } from '../text/index.js'

const SHOWN_MS = 10_000

/** Short notices in the corner: they go by themselves, errors only by hand. */
export function Notices() {
  const { notices } = useApp()
  return (
    <section class="notices" aria-label={t.shell.notices} aria-live="polite">
      {notices.list.value.map(notice => (
        <NoticeView key={notice.id} notice={notice} />
      ))}
    </section>
  )
}

function NoticeView({ notice }: { readonly notice: Notice }) {
  const { notices } = useApp()
  const { id, kind, text, action } = notice
  useEffect(() => {
    if (kind === 'bad') return
    const timer = setTimeout(() => notices.dismiss(id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [id, kind, notices])
  const act = () => {
    notices.dismiss(id)
    action?.run()
  }
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : undefined}>
      <Icon name={kind === 'bad' ? 'alert' : 'check'} />
      <p>{text}</p>
      {action && <Button label={action.label} onPress={act} />}
      <IconButton icon="close" label={t.shell.dismiss} onPress={() => notices.dismiss(id)} />
    </div>
  )
}
