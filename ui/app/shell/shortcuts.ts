import { useEffect } from 'preact/hooks'
import { type App, goToPane, PANES } from '../context/index.js'

/** Ctrl (Cmd on macOS) with 1, 2 … opens a pane, with F its search or filter, with a comma the settings. */
export function useShortcuts(app: App): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey))
        return
      const pane = event.key === ',' ? 'settings' : PANES[Number(event.key) - 1]
      if (pane) {
        event.preventDefault()
        goToPane(app, pane)
      } else if (event.key.toLowerCase() === 'f') {
        const field = document.querySelector<HTMLInputElement>('main input[type=search]')
        if (!field) return
        event.preventDefault()
        field.focus()
        field.select()
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [app])
}
