/// <reference types="nw.js" />
import type { Host } from '../app/index.js'
import type { FieldMaker } from './file-dialog.js'
import type { NodeSide } from './hosted.js'
import { startDesktop } from './start-desktop.js'

// This script runs in the window, before the app's.
const page: { readonly document: FieldMaker; tspeerHost?: Host } = Object(globalThis)

page.tspeerHost = startDesktop({
  nw,
  document: page.document,
  // Made for Node and loaded by it: a bundle for browsers would have NeDB's browser storage.
  loadNodeSide: (): NodeSide => nw.require('./node-side.js'),
})
