import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Failure } from '../../../core/browser.js'
import { t } from '../text/index.js'
import { Button } from './button.js'
import { Icon, type IconName } from './icon.js'

interface EmptyProps {
  readonly icon: IconName
  readonly title: ComponentChildren
  readonly hint?: ComponentChildren
  readonly children?: ComponentChildren
}

/** What stands where nothing is yet: says so, and what to do. */
export function Empty({ icon, title, hint, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {hint !== undefined && <p class="muted">{hint}</p>}
      {children !== undefined && <div class="empty-actions">{children}</div>}
    </div>
  )
}

/** What went wrong, in place of or above what could not be loaded. */
export function Problem({ failure, onRetry }: { readonly failure: Failure; readonly onRetry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Icon name="alert" />
      <p>{failure.message}</p>
      {onRetry && <Button label={t.load.retry} onPress={onRetry} />}
    </div>
  )
}

const QUIET_MS = 150
const SLOW_MS = 5000
const BONES = [0, 1, 2, 3, 4, 5]

/** Nothing for a blink, then still rows; after 5 s what it waits for. */
export function Loading({ from }: { readonly from: string }) {
  const [stage, setStage] = useState<'quiet' | 'bones' | 'slow'>('quiet')
  useEffect(() => {
    const timers = [
      setTimeout(() => setStage('bones'), QUIET_MS),
      setTimeout(() => setStage('slow'), SLOW_MS),
    ]
    return () => timers.forEach(clearTimeout)
  }, [])
  if (stage === 'quiet') return null
  return (
    <div class="loading" aria-busy="true">
      {BONES.map(bone => (
        <span key={bone} class="bone wide" />
      ))}
      <p class="muted" role="status">
        {stage === 'slow' ? t.load.slow(from) : t.load.loading}
      </p>
    </div>
  )
}
