import { visibleName } from '../../../core/browser.js'

/** A name from someone else: what deceives the eye is shown escaped, and its direction stays its own. */
export function Name({ text }: { readonly text: string }) {
  const seen = visibleName(text)
  return (
    <bdi class="name-text" title={seen}>
      {seen}
    </bdi>
  )
}
