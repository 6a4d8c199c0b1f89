import { PeerError } from '../../errors/index.js'
import { serveWorker } from '../../workers/index.js'
import { DownloadDesk } from './download-desk.js'
import type { DownloadCalls, DownloadReports } from './protocol.js'

let desk: DownloadDesk | undefined

function running(): DownloadDesk {
  if (!desk) throw new PeerError('INTERNAL', 'The download worker was not started.')
  return desk
}

const main = serveWorker<DownloadReports, DownloadCalls>({
  start(options) {
    desk = new DownloadDesk(options, {
      report: events => void main.report.asEvent(events),
      lend: (peer, back) => main.lend(peer, back),
      giveBack: (peer, bytes) => void main.giveBack.asEvent(peer, bytes),
    })
  },
  connect: (...given) => running().connect(...given),
  disconnect: (...given) => running().disconnect(...given),
  openFile: (...given) => running().openFile(...given),
  setLayer: (...given) => running().setLayer(...given),
  fetchSpan: (...given) => running().fetchSpan(...given),
  fetchBatch: (...given) => running().fetchBatch(...given),
  askRoot: (...given) => running().askRoot(...given),
  askHave: (...given) => running().askHave(...given),
  cancelPieces: (...given) => running().cancelPieces(...given),
  check: (...given) => running().check(...given),
  closeFile: (...given) => running().closeFile(...given),
  finish: (...given) => running().finish(...given),
  make: (...given) => running().make(...given),
  lookAt: (...given) => running().lookAt(...given),
  findHere: (...given) => running().findHere(...given),
  stopLocal: (...given) => running().stopLocal(...given),
  setFolderTimes: (...given) => running().setFolderTimes(...given),
  cancel: (...given) => running().cancel(...given),
  pace: (...given) => running().pace(...given),
})
