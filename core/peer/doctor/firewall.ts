import { readFile } from 'node:fs/promises'

/** The ports that others connect to. */
export interface OpenPorts {
  readonly control: number
  readonly data: readonly number[]
}

/** What kind of firewall this computer has, as far as it shows without asking for rights. */
export type Firewall = 'ufw' | 'firewalld' | 'windows' | 'macos' | 'other'

/** How to let others in, on this computer. */
export async function openingAdvice(ports: OpenPorts): Promise<string> {
  return adviceFor(await firewallHere(), ports)
}

/** The same for a known firewall. */
export function adviceFor(firewall: Firewall, ports: OpenPorts): string {
  const range = rangeOf(ports)
  switch (firewall) {
    case 'ufw':
      return `Open the ports: sudo ufw allow ${range.replace('-', ':')}/tcp`
    case 'firewalld':
      return `Open the ports: sudo firewall-cmd --permanent --add-port=${range}/tcp && sudo firewall-cmd --reload`
    case 'windows':
      return `Allow tsPeer in "Windows Security, Firewall, Allow an app", and set this network to "private".`
    case 'macos':
      return 'Allow tsPeer in "System Settings, Network, Firewall", and in "Privacy & Security, Local Network".'
    case 'other':
      return `Let TCP ports ${range} in, in the firewall of this computer (such as nftables) or of the network.`
  }
}

/** All of a peer's ports as one range. */
export function rangeOf({ control, data }: OpenPorts): string {
  const last = Math.max(control, ...data)
  const first = Math.min(control, ...data)
  return first === last ? String(first) : `${first}-${last}`
}

async function firewallHere(): Promise<Firewall> {
  if (process.platform === 'win32') return 'windows'
  if (process.platform === 'darwin') return 'macos'
  const ufw = await readFile('/etc/ufw/ufw.conf', 'utf8').catch(() => '')
  if (/^ENABLED=yes/m.test(ufw)) return 'ufw'
  const isFirewalld = await readFile('/run/firewalld.pid', 'utf8').then(
    () => true,
    () => false,
  )
  return isFirewalld ? 'firewalld' : 'other'
}
