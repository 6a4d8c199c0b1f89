// Bundles the front ends into dist/: ui/app (app.js, app.css, index.html, icon.svg) and ui/desktop/app, the
// folder that NW.js is started on. Run it after compile.js, which clears both.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const top = dirname(dirname(fileURLToPath(import.meta.url)))

/** An icon's file is imported as its shapes, so that only the icons in use are in the bundle. */
const lucideIcons = {
  name: 'lucide-icons',
  setup({ onResolve, onLoad }) {
    const icons = JSON.parse(
      readFileSync(createRequire(import.meta.url).resolve('lucide-static/icon-nodes.json'), 'utf8'),
    )
    onResolve({ filter: /^lucide-static\/icons\/.*\.svg$/ }, ({ path }) => ({
      path: basename(path, '.svg'),
      namespace: 'lucide',
    }))
    onLoad({ filter: /.*/, namespace: 'lucide' }, ({ path }) => {
      if (!icons[path]) return { errors: [{ text: `lucide-static has no icon "${path}"` }] }
      return { contents: `export const shapes = ${JSON.stringify(icons[path])}` }
    })
  },
}

/** The app, the same for the browser and the desktop. */
export async function bundleApp({ out = join(top, 'dist') } = {}) {
  const folder = join(out, 'ui/app')
  mkdirSync(folder, { recursive: true })
  await build({
    absWorkingDir: top,
    entryPoints: { app: 'ui/app/main.tsx' },
    outfile: join(folder, 'app.js'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'], // light-dark() is in all of them
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    sourcemap: 'external',
    legalComments: 'eof',
    plugins: [lucideIcons],
    logLevel: 'warning',
  })
  await build({
    absWorkingDir: top,
    entryPoints: ['ui/app/style/app.css'],
    outfile: join(folder, 'app.css'),
    bundle: true,
    minify: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    logLevel: 'warning',
  })
  copyFileSync(join(top, 'ui/app/index.html'), join(folder, 'index.html'))
  copyFileSync(join(top, 'assets/icon.svg'), join(folder, 'icon.svg'))
}

/**
 * The desktop app: the page's script, and the peer as CommonJS bundles that the page loads by `require`. They
 * are made for Node, so that NeDB keeps its files; lmdb has native code and stays a package.
 */
export async function bundleDesktop({ out = join(top, 'dist') } = {}) {
  const folder = join(out, 'ui/desktop/app')
  const { desktopManifest } = await import(pathToFileURL(join(out, 'ui/desktop/manifest.js')).href)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await build({
    absWorkingDir: top,
    entryPoints: { page: 'ui/desktop/page.ts' },
    outdir: folder,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'chrome123',
    minify: true,
    logLevel: 'warning',
  })
  await bundleNodeSide(folder)
  for (const file of ['app.js', 'app.css', 'icon.svg'])
    copyFileSync(join(out, 'ui/app', file), join(folder, file))
  const app = '<script src="app.js"></script>'
  const html = readFileSync(join(top, 'ui/app/index.html'), 'utf8')
  // The desktop serves media from loopback, which is another origin than the window's.
  const policy = html.replace(/(img-src|media-src) 'self'/g, "$1 'self' http://127.0.0.1:*")
  writeFileSync(
    join(folder, 'index.html'),
    policy.replace(app, `<script src="page.js"></script>\n    ${app}`),
  )
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(desktopManifest(version), null, 2)}\n`)
}

/** The peer's bundle, then one for each worker that it, or another worker, names. */
async function bundleNodeSide(folder) {
  const workers = new Map()
  const bundled = new Set()
  const bundle = (name, entry) =>
    build({
      absWorkingDir: top,
      entryPoints: { [name]: entry },
      outdir: folder,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      external: ['lmdb', 'cbor-extract'],
      define: { 'import.meta.url': 'bundleUrl' },
      banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href" },
      legalComments: 'eof',
      plugins: [workerEntries(workers)],
      logLevel: 'warning',
    })
  await bundle('node-side', 'ui/desktop/node-side.ts')
  for (const [name, entry] of workers) {
    if (bundled.has(name)) continue
    bundled.add(name)
    await bundle(name, entry) // may name more workers, which the loop then reaches
  }
}

/** Makes `new URL('./x-worker.js', import.meta.url)` name a bundle beside this one, and notes its source. */
function workerEntries(workers) {
  return {
    name: 'worker-entries',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/](core|server)[\\/].*\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8')
        const contents = source.replace(
          /(new URL\(')([^']+-worker)\.js('\s*,\s*import\.meta\.url)/g,
          (found, open, to, close) => {
            const entry = join(dirname(path), `${to}.ts`)
            if (!existsSync(entry)) return found // an example in a comment
            const name = relative(top, entry).replace(/\.ts$/, '').replaceAll(/[\\/]/g, '-')
            workers.set(name, entry)
            return `${open}./${name}.js${close}`
          },
        )
        return { contents, loader: 'ts' }
      })
    },
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleApp()
  await bundleDesktop()
}
