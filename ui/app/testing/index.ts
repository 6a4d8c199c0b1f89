export { createFakePeer, type FakeOptions, type FakePeer } from './fake-peer.js'
export { sampleEntry, sampleHit, sampleId, samplePerson, sampleRoot, sampleTransfer } from './samples.js'
