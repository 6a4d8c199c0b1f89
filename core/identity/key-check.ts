import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type PeerId, peerIdOfKey } from './peer-id.js'

/** A P-256 public key as SPKI: named curve, uncompressed point. Another form of it would be another id. */
const SPKI_BYTES = 91

/** The id of a public key, or undefined when it is no P-256 key in the one form that is accepted. */
export function peerIdOfPublicKey(key: KeyObject): PeerId | undefined {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    return undefined
  const spki = key.export({ type: 'spki', format: 'der' })
  return spki.length === SPKI_BYTES ? peerIdOfKey(spki) : undefined
}

/** What is wrong with a key and a certificate (PEM) as one identity, or the id they stand for. */
export function checkKeyPair(
  keyPem: string,
  certPem: string,
): { readonly id: PeerId } | { readonly fault: string } {
  const key = attempt(() => createPrivateKey(keyPem))
  if (!key) return { fault: 'the key is damaged' }
  const certificate = attempt(() => new X509Certificate(certPem))
  if (!certificate) return { fault: 'the certificate is damaged' }
  const id = peerIdOfPublicKey(createPublicKey(key))
  if (!id) return { fault: 'the key is not of the kind P-256' }
  if (!certificate.checkPrivateKey(key)) return { fault: 'key and certificate do not belong together' }
  return { id }
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    // Whatever OpenSSL says of damaged PEM, the answer is the same.
    return undefined
  }
}
