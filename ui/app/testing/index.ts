export { createFakePeer, type FakeOptions, type FakePeer } from './fake-peer.js'
export { sampleHit, samplePerson, sampleTransfer } from './samples.js'
