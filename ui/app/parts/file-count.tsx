import { t } from '../text/index.js'

/** A number of files; where the list has no heads, with its word. */
export function FileCount({ count }: { readonly count: number }) {
  return (
    <>
      <span class="headed">{t.format.count(count)}</span>
      <span class="headless">{t.list.files(count)}</span>
    </>
  )
}
