import { createHash } from 'node:crypto'
import { script } from './script.js'
import { style } from './style.js'

const CARDS: readonly (readonly [id: string, title: string, hasLine: boolean])[] = [
  ['people', 'People', true],
  ['files', 'Files', false],
  ['bytes', 'Bytes', false],
  ['searches', 'Searches', true],
  ['requests', 'Requests', true],
  ['load', 'Load', true],
  ['delay', 'Delay', true],
  ['memory', 'Memory', true],
]

/** The page: one file that asks nothing of anyone but the registry. */
export const dashboardHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tsPeer registry</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1 id="name">tsPeer registry</h1>
<p id="state" role="status">Loading…</p>
<div class="cards">
${CARDS.map(card).join('\n')}
</div>
</main>
<script>${script}</script>
</body>
</html>
`

/** Only what is in the page may run, look or be asked. */
export const dashboardCsp = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

function card([id, title, hasLine]: (typeof CARDS)[number]): string {
  const line = hasLine
    ? '<svg viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true"><polyline/></svg>'
    : ''
  return `<section id="${id}"><h2>${title}</h2><p class="value">–</p><p class="note"></p>${line}</section>`
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
