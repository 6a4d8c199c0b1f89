import type { ScanRules } from './scan.js'

/** What the scan worker was told to look at. */
export interface ScanRequest {
  readonly path: string
  /** Also all below it. */
  readonly deep: boolean
}

/** What it saw in one folder. */
export type FolderReport =
  | {
      readonly kind: 'found'
      readonly path: string
      readonly mtime: number
      /** How many of what was found in all are in this folder. */
      readonly items: number
      readonly deep: boolean
    }
  | { readonly kind: 'gone'; readonly path: string }
  | { readonly kind: 'unreadable'; readonly path: string }

/** What the main side calls. */
export interface ScanWorker {
  /** To be called first, and again when the rules change. */
  configure(rules: ScanRules, watch: boolean): void
  /** Done when all of it has been reported. */
  scan(requests: readonly ScanRequest[]): Promise<void>
}

/** What the worker calls. */
export interface ScanMain {
  /** What was found in them comes packed, in the same order. */
  report(folders: readonly FolderReport[], found: Uint8Array): Promise<void>
  /** These should be scanned again. */
  changed(requests: readonly ScanRequest[]): void
  /** The system has no watches left; changes are no longer told. */
  watchLimit(code: string): void
  warn(message: string): void
}
