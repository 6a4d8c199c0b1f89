export { formatDuration, formatPercent, formatRate, formatSize, formatTime, isoTime } from './format.js'
export { Output, type Sink } from './output.js'
export { type Column, table } from './table.js'
