import type { Finding } from '../../../core/browser.js'

/** What a look around finds: all in order without a person, a closed port with one. */
export function fakeFindings(who: string | undefined): readonly Finding[] {
  const own: Finding[] = [
    { check: 'network', ok: true, seen: 'This computer has 10.0.0.7 (eth0, 10.0.0.0/24).' },
    { check: 'ports', ok: true, seen: 'This peer listens on ports 7471-7474.' },
    { check: 'registry', ok: true, seen: 'Connected to campus at 10.0.0.2:7470.' },
  ]
  if (who === undefined) return own
  return [
    ...own,
    {
      check: 'to-them',
      ok: false,
      seen: '10.0.0.9:7471 does not answer, though the registry is connected to them.',
      remedy: 'A firewall on their computer, or between, drops the connection. Let TCP port 7471 in there.',
    },
  ]
}
