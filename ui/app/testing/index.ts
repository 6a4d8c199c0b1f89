export { createFakePeer, type FakeOptions, type FakePeer } from './fake-peer.js'
export { type SampleMedia, samplePng, sampleWav } from './sample-media.js'
export { sampleHit, sampleId, samplePerson, sampleTransfer } from './samples.js'
