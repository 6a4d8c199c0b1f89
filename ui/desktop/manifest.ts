/// <reference types="nw.js" />

/** The manifest of the desktop app: NW.js reads it as package.json beside index.html. */
export function desktopManifest(version: string): NWJS_Helpers.Manifest {
  return {
    name: 'tspeer',
    product_string: 'tsPeer',
    version,
    main: 'index.html',
    'single-instance': true,
    // Remote pages never get Node; the app's own page is the only one there is.
    'node-remote': [],
    window: {
      id: 'main', // by which NW.js remembers the size
      title: 'tsPeer',
      width: 1180,
      height: 760,
      min_width: 360,
      min_height: 480,
      show: true,
    },
  }
}
