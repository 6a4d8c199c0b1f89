import type { FileKind } from '../manifest/index.js'

const EXTENSIONS: Readonly<Record<Exclude<FileKind, 'folder'>, string>> = {
  video: '3g2 3gp asf avi divx flv m2ts m4v mkv mov mp4 mpeg mpg mts ogm ogv rm rmvb ts vob webm wmv',
  audio: 'aac aif aiff alac amr ape au flac m4a m4b mid midi mka mp3 mpc oga ogg opus wav wma wv',
  picture:
    'ai arw avif bmp cr2 cr3 dng eps gif heic heif ico jpe jpeg jpg jxl nef orf png psd raf raw svg tga tif tiff webp xcf',
  document:
    'azw3 csv djvu doc docx epub fb2 htm html key log md mobi numbers odp ods odt pages pdf ppt pptx ps rst rtf srt tex txt xls xlsx xps',
  archive: '7z ar arj bz2 cab cpio gz img iso jar lha lz lz4 lzma rar tar tbz tgz txz xz z zip zst',
  program: 'apk appimage bat bin cmd com deb dmg exe flatpak ipa msi msix pkg ps1 rpm run sh snap',
}

const kinds = new Map<string, FileKind>()
for (const kind of ['video', 'audio', 'picture', 'document', 'archive', 'program'] as const) {
  for (const extension of EXTENSIONS[kind].split(' ')) kinds.set(extension, kind)
}

/** The extension of a name, lower case, without the dot; empty where it has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : ''
}

/** The kind of a file by its name's extension; undefined for one that is none of them. */
export function kindOf(name: string): FileKind | undefined {
  return kinds.get(extensionOf(name))
}
