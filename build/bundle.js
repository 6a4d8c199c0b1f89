// Bundles the front ends into dist/: ui/app (app.js, app.css, index.html, icon.svg) and ui/desktop.
// Run it after compile.js, which clears dist/ui/desktop.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const top = dirname(dirname(fileURLToPath(import.meta.url)))

/** `lucide:NAME` is the shapes of one icon, so that only the icons in use are in the bundle. */
const lucideIcons = {
  name: 'lucide-icons',
  setup({ onResolve, onLoad }) {
    const icons = JSON.parse(
      readFileSync(createRequire(import.meta.url).resolve('lucide-static/icon-nodes.json'), 'utf8'),
    )
    onResolve({ filter: /^lucide:/ }, ({ path }) => ({
      path: path.slice('lucide:'.length),
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleApp()
}
