/** Made by build/bundle.js from lucide-static: the shapes of one icon. */
declare module 'lucide:*' {
  const shapes: readonly (readonly [tag: 'path' | 'circle' | 'rect' | 'line', attributes: Readonly<Record<string, string>>])[]
  export default shapes
}
