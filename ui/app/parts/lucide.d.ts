/** Made by build/bundle.js from lucide-static: the shapes of one icon. */
declare module 'lucide:*' {
  type Shape = readonly [
    tag: 'path' | 'circle' | 'rect' | 'line',
    attributes: Readonly<Record<string, string>>,
  ]
  export const shapes: readonly Shape[]
}
