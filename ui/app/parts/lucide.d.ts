/** Made by build/bundle.js from lucide-static: the shapes of one icon. */
declare module 'lucide-static/icons/*.svg' {
  type Shape = readonly [
    tag: 'path' | 'circle' | 'rect' | 'line',
    attributes: Readonly<Record<string, string>>,
  ]
  export const shapes: readonly Shape[]
}
