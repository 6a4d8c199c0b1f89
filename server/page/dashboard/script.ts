/**
 * What the page does: asks for the figures again and again and shows them, as text nodes and lines only. Plain
 * JavaScript for any browser of these years; what comes is the registry's own, but its name is the owner's text.
 */
export const script = `
'use strict'
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']
const whole = value => Math.round(value).toLocaleString()
const size = bytes => {
  let unit = 0
  for (; bytes >= 1000 && unit < UNITS.length - 1; unit++) bytes /= 1000
  return (unit === 0 ? bytes : bytes.toFixed(1)) + ' ' + UNITS[unit]
}
const rate = value => (value < 10 ? value.toFixed(1) : whole(value)) + ' /s'
const CARDS = {
  people: ({ online, people, banned }) => [whole(online) + ' online', whole(people) + ' registered, ' + whole(banned) + ' bans'],
  files: ({ files, complete }) => [whole(files), complete ? 'shared with everyone' : 'still loading: searches miss some'],
  bytes: ({ bytes }) => [size(bytes), 'in those files'],
  searches: ({ latest }) => [rate(latest.searchesASecond), ''],
  requests: ({ latest, connections }) => [rate(latest.requestsASecond), whole(connections) + ' connections'],
  load: ({ latest }) => [(latest.cpu * 100).toFixed(0) + ' %', 'of one processor'],
  delay: ({ latest }) => [latest.loopMs.toFixed(1) + ' ms', '99 of 100 wait no longer for their turn'],
  memory: ({ latest }) => [size(latest.memoryBytes), ''],
}
const LINES = {
  people: sample => sample.online,
  searches: sample => sample.searchesASecond,
  requests: sample => sample.requestsASecond,
  load: sample => sample.cpu,
  delay: sample => sample.loopMs,
  memory: sample => sample.memoryBytes,
}
const minutes = ({ samples, everyMs }) => {
  const count = Math.max(1, Math.round((samples.length * everyMs) / 60000))
  return count === 1 ? 'minute' : count + ' minutes'
}
const at = id => document.getElementById(id)
const put = (element, text) => { if (element.textContent !== text) element.textContent = text }

function drawLine(svg, values) {
  const most = Math.max(...values, 1e-9)
  const last = Math.max(1, values.length - 1)
  const points = values.map((value, i) => (i / last) * 100 + ',' + (29 - (value / most) * 28))
  svg.firstElementChild.setAttribute('points', points.join(' '))
}

function show(figures) {
  put(at('name'), figures.name)
  document.title = figures.name + ' – tsPeer registry'
  const failing = figures.storeFailing
  put(at('state'), failing ? 'The store can\\u2019t be written (' + failing + '): nobody can register or share. Look at the disk.' : 'Running. The lines show the last ' + minutes(figures) + '.')
  at('state').className = failing ? 'bad' : ''
  for (const [id, text] of Object.entries(CARDS)) {
    const [value, note] = text(figures)
    put(at(id).querySelector('.value'), value)
    put(at(id).querySelector('.note'), note)
  }
  for (const [id, of] of Object.entries(LINES)) drawLine(at(id).querySelector('svg'), figures.samples.map(of))
}

async function refresh() {
  let waitMs = 5000
  try {
    const answer = await fetch('/figures.json')
    if (!answer.ok) throw new Error(answer.status)
    const figures = await answer.json()
    show(figures)
    waitMs = figures.everyMs
  } catch {
    put(at('state'), 'The registry doesn\\u2019t answer. It is tried again.')
    at('state').className = 'bad'
  }
  setTimeout(refresh, waitMs)
}
refresh()
`
