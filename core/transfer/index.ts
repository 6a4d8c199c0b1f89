export type { Grant, GrantProvider, RootOfPath } from './grant.js'
export type { DownloadPlan, PlannedEntry, Source } from './plan.js'
