/**
 * Where a long list stands, as pure data. Browsers cut an element's height (33,554,428 px in Chromium), so
 * past a cap the scroll bar's position is mapped onto the list's true one: small moves 1:1, large ones in
 * proportion.
 */
export interface Scroll {
  /** Height of all rows. */
  readonly fullPx: number
  /** Height of the element that is scrolled: the same, up to the cap. */
  readonly barPx: number
  /** Height of the rows' view. */
  readonly viewPx: number
  /** What the browser says. */
  readonly barTop: number
  /** Where in the rows that is. */
  readonly top: number
}

export const BAR_CAP_PX = 8_000_000
/** Moves under this many views are taken 1:1. */
const SMALL_MOVE_VIEWS = 2

export function measure(rows: number, rowPx: number, viewPx: number, cap = BAR_CAP_PX): Scroll {
  const fullPx = rows * rowPx
  return { fullPx, barPx: Math.min(fullPx, cap), viewPx, barTop: 0, top: 0 }
}

/** The same place in a list or a view that has changed its size. */
export function resize(scroll: Scroll, rows: number, rowPx: number, viewPx: number): Scroll {
  return moveTo(measure(rows, rowPx, viewPx), scroll.top)
}

/** What a scroll of the bar leads to. */
export function scrolled(scroll: Scroll, barTop: number): Scroll {
  const { fullPx, barPx, viewPx } = scroll
  const last = Math.max(0, barPx - viewPx)
  if (fullPx === barPx) return { ...scroll, barTop, top: barTop }
  if (barTop <= 0) return { ...scroll, barTop, top: 0 }
  if (barTop >= last) return { ...scroll, barTop, top: fullPx - viewPx }
  const move = barTop - scroll.barTop
  const isSmall = Math.abs(move) < SMALL_MOVE_VIEWS * viewPx
  const top = isSmall ? scroll.top + move : (barTop / last) * (fullPx - viewPx)
  return { ...scroll, barTop, top: clampTop(scroll, top) }
}

/** Stands at this place, with the bar where it belongs; also re-aligns the bar after small moves. */
export function moveTo(scroll: Scroll, wantedTop: number): Scroll {
  const { fullPx, barPx, viewPx } = scroll
  const top = clampTop(scroll, wantedTop)
  if (fullPx === barPx) return { ...scroll, top, barTop: top }
  return { ...scroll, top, barTop: (top / (fullPx - viewPx)) * (barPx - viewPx) }
}

/** The least move that shows the row whole. */
export function reveal(scroll: Scroll, index: number, rowPx: number): Scroll {
  const rowTop = index * rowPx
  if (rowTop < scroll.top) return moveTo(scroll, rowTop)
  const rowEnd = rowTop + rowPx
  return rowEnd > scroll.top + scroll.viewPx ? moveTo(scroll, rowEnd - scroll.viewPx) : scroll
}

/** The rows to draw: those in sight and some around. */
export function rowsInSight(
  scroll: Scroll,
  rows: number,
  rowPx: number,
  around: number,
): { first: number; end: number } {
  const first = Math.max(0, Math.floor(scroll.top / rowPx) - around)
  const end = Math.min(rows, Math.ceil((scroll.top + scroll.viewPx) / rowPx) + around)
  return { first: Math.min(first, end), end }
}

function clampTop({ fullPx, viewPx }: Scroll, top: number): number {
  return Math.max(0, Math.min(top, fullPx - viewPx))
}
