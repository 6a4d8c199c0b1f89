/** The look of the page, light and dark as the system is. */
export const style = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --text: #1a1f29; --dim: #5a6475; --line: #dfe3ea;
  --mark: #0b62c4; --warn: #a33000 }
@media (prefers-color-scheme: dark) { :root { --ground: #12151b; --card: #1b2029; --text: #e8ebf0; --dim: #9aa5b8;
  --line: #2c3442; --mark: #6db1ff; --warn: #ff9d70 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem }
h1 { margin: 0; font-size: 1.5rem; overflow-wrap: anywhere }
h2 { margin: 0; font-size: .875rem; font-weight: 500; color: var(--dim) }
#state { margin: 0 0 1.5rem; color: var(--dim) }
#state.bad { color: var(--warn); font-weight: 600 }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); gap: 1rem }
section { padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
.value { margin: 0; font-size: 1.75rem; font-weight: 600; font-variant-numeric: tabular-nums }
.note { margin: 0; min-height: 1.5em; font-size: .875rem; color: var(--dim) }
svg { display: block; width: 100%; height: 3rem; margin-top: .5rem }
polyline { fill: none; stroke: var(--mark); stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round }
`
