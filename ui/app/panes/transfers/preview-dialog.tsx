import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { IconButton, Name, Problem } from '../../parts/index.js'
import type { ShownMedia } from '../../stores/index.js'
import { t } from '../../text/index.js'

/** The film, sound or picture that was opened; Escape closes it. */
export function PreviewDialog() {
  const { preview } = useApp()
  const shown = preview.shown.value
  useEffect(() => preview.close, [preview]) // the pane is left
  return shown ? <OpenDialog key={shown.url} shown={shown} onClose={preview.close} /> : null
}

function OpenDialog({ shown, onClose }: { readonly shown: ShownMedia; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const isBad = useSignal(false)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  const onError = () => {
    isBad.value = true
  }
  return (
    <dialog ref={dialog} class="preview" aria-label={visibleName(shown.name)} onClose={onClose}>
      <header>
        <Name text={shown.name} />
        <IconButton icon="close" label={t.preview.close} onPress={() => dialog.current?.close()} />
      </header>
      {isBad.value ? (
        <Problem failure={{ code: 'UNSUPPORTED', message: t.preview.bad }} />
      ) : (
        <Media shown={shown} onError={onError} />
      )}
    </dialog>
  )
}

interface MediaProps {
  readonly shown: ShownMedia
  readonly onError: () => void
}

function Media({ shown, onError }: MediaProps) {
  if (shown.kind !== 'picture') return <Player kind={shown.kind} shown={shown} onError={onError} />
  return <img src={shown.url} alt={visibleName(shown.name)} onError={onError} />
}

function Player({ kind: Tag, shown, onError }: MediaProps & { readonly kind: 'audio' | 'video' }) {
  const player = useRef<HTMLVideoElement & HTMLAudioElement>(null)
  useEffect(() => {
    const element = player.current
    return () => {
      // An element that is gone would go on loading.
      element?.removeAttribute('src')
      element?.load()
    }
  }, [])
  return (
    <Tag
      ref={player}
      src={shown.url}
      aria-label={visibleName(shown.name)}
      controls
      autoPlay
      onError={onError}
    />
  )
}
