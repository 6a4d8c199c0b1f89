import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.js'

interface ButtonProps {
  readonly label: ComponentChildren
  readonly icon?: IconName
  readonly kind?: 'plain' | 'primary'
  readonly isDisabled?: boolean
  readonly onPress: () => void
}

export function Button({ label, icon, kind = 'plain', isDisabled = false, onPress }: ButtonProps) {
  return (
    <button type="button" class={`button ${kind}`} disabled={isDisabled} onClick={onPress}>
      {icon && <Icon name={icon} />}
      <span>{label}</span>
    </button>
  )
}

interface IconButtonProps {
  readonly icon: IconName
  /** What it does; shown on hover. */
  readonly label: string
  /** In a list's row only the active row's buttons are in the tab order. */
  readonly isInTabOrder?: boolean
  readonly onPress: () => void
}

export function IconButton({ icon, label, isInTabOrder = true, onPress }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      tabIndex={isInTabOrder ? 0 : -1}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  )
}
