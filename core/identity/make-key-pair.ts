import { createPrivateKey } from 'node:crypto'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
/** Expiry is never looked at: the key is the identity. Other programs should not stumble over it either. */
const FROM = new Date('2000-01-01T00:00:00Z')
const UNTIL = new Date('9999-12-31T23:59:59Z')
/** Says nothing about the person or the machine. */
const SUBJECT = 'CN=tsPeer'

/** Makes a P-256 key (PKCS #8) and a self-signed certificate, both PEM. */
export async function makeKeyPair(): Promise<{ readonly keyPem: string; readonly certPem: string }> {
  // Half a second to load and needed once in a life, so not loaded with the module.
  await import('reflect-metadata')
  const { X509CertificateGenerator } = await import('@peculiar/x509')
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '01',
      name: SUBJECT,
      notBefore: FROM,
      notAfter: UNTIL,
      keys,
      signingAlgorithm: ALGORITHM,
    },
    crypto,
  )
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return {
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certPem: `${certificate.toString('pem')}\n`,
  }
}
