// Decides what a start or a test run has to do first. Pure: facts in, a reason or nothing out.

const LEAST_NODE = [20, 19]

/** Why this Node can't run tsPeer, or undefined. */
export function nodeFault(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
  if (isEnough) return undefined
  return `tsPeer needs Node ${LEAST_NODE.join('.')} or newer; this is ${version}. Get it at https://nodejs.org.`
}

/**
 * Why the dependencies have to be installed, or undefined. Times are mtimes in ms, undefined where there is no
 * such file. Where node_modules is a link, its owner looks after it.
 */
export function installReason({ lock, installed, isLink = false }) {
  if (isLink) return undefined
  if (installed === undefined) return 'they are not installed'
  if (lock !== undefined && lock > installed) return 'package-lock.json is newer than what is installed'
  return undefined
}

/** Why the sources have to be built, or undefined. */
export function buildReason({ newestSource, built }) {
  if (built === undefined) return 'it is not built yet'
  if (newestSource > built) return 'the sources are newer than the build'
  return undefined
}
