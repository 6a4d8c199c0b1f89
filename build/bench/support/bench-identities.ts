import { generateKeyPairSync } from 'node:crypto'
import { makeIdentity, type PeerId, peerIdOfKey } from '../../../core/identity/index.js'

/** A P-256 public key is so long, and ends with the point itself. */
const POINT_BYTES = 65

/** Who a peer of the benchmark is. */
export interface BenchIdentity {
  readonly id: PeerId
  readonly keyPem: string
  readonly certPem: string
}

/**
 * Makes many identities, quickly: one certificate, with the key of each put in. Nobody looks at its signature, for the
 * key is the identity; the handshake proves that who comes has the key.
 */
export async function makeBenchIdentities(count: number): Promise<BenchIdentity[]> {
  const { certPem } = await makeIdentity()
  const template = Buffer.from(certPem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64')
  const at = template.lastIndexOf(Buffer.from([0x03, 0x42, 0x00, 0x04])) + 3
  return Array.from({ length: count }, () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    const der = Buffer.from(template)
    spki.copy(der, at, spki.length - POINT_BYTES)
    return {
      id: peerIdOfKey(spki),
      keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      certPem: `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
    }
  })
}
