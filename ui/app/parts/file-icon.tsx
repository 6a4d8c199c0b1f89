import { Icon, type IconName } from './icon.js'

const KINDS: Readonly<Record<string, IconName>> = {}
add('film', 'mkv mp4 avi mov webm m4v mpg mpeg wmv ogv')
add('music', 'mp3 flac ogg opus wav m4a aac wma')
add('image', 'jpg jpeg png gif webp svg bmp tif tiff heic avif')
add('document', 'pdf txt md doc docx odt rtf epub xls xlsx ods ppt pptx odp csv tex')
add('archive', 'zip tar gz tgz xz bz2 7z rar zst deb rpm')
add('disc', 'iso img dmg')
add('code', 'c h cpp rs go js ts tsx py java sh html css json xml yaml yml toml')

function add(icon: IconName, endings: string): void {
  for (const ending of endings.split(' ')) Object.assign(KINDS, { [ending]: icon })
}

/** The picture of a file by its name's ending, or of a folder. */
export function FileIcon({ type, name }: { readonly type: 'file' | 'folder'; readonly name: string }) {
  if (type === 'folder') return <Icon name="folder" />
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return <Icon name={Object.hasOwn(KINDS, ending) ? (KINDS[ending] ?? 'file') : 'file'} />
}
