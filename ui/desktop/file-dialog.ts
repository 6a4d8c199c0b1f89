/** A file field of the page, as far as a dialog needs one; NW.js gives its files a path. */
export interface FileField {
  type: string
  multiple: boolean
  setAttribute(name: string, value: string): void
  addEventListener(event: 'change' | 'cancel', listener: () => void, options: { once: true }): void
  readonly files: ArrayLike<{ readonly path: string }> | null
  click(): void
}

export interface FieldMaker {
  createElement(tag: 'input'): FileField
}

/** Lets the person choose files, or one folder, in the system's dialog; the full paths, none when cancelled. */
export function askForPaths(document: FieldMaker, what: 'files' | 'folder'): Promise<readonly string[]> {
  const field = document.createElement('input')
  field.type = 'file'
  if (what === 'folder') field.setAttribute('nwdirectory', '')
  else field.multiple = true
  return new Promise(resolve => {
    field.addEventListener('change', () => resolve(Array.from(field.files ?? [], file => file.path)), {
      once: true,
    })
    field.addEventListener('cancel', () => resolve([]), { once: true })
    field.click()
  })
}
