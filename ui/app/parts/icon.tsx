/*! Icons by Lucide (https://lucide.dev), ISC licence. */
import archive from 'lucide:archive'
import up from 'lucide:arrow-up'
import down from 'lucide:arrow-down'
import back from 'lucide:arrow-left'
import check from 'lucide:check'
import right from 'lucide:chevron-right'
import alert from 'lucide:circle-alert'
import copy from 'lucide:copy'
import parent from 'lucide:corner-left-up'
import disc from 'lucide:disc'
import download from 'lucide:download'
import more from 'lucide:ellipsis'
import open from 'lucide:external-link'
import file from 'lucide:file'
import code from 'lucide:file-code'
import document from 'lucide:file-text'
import film from 'lucide:film'
import folder from 'lucide:folder'
import browse from 'lucide:folder-open'
import addFolder from 'lucide:folder-plus'
import image from 'lucide:image'
import chat from 'lucide:message-circle'
import music from 'lucide:file-music'
import pause from 'lucide:pause'
import resume from 'lucide:play'
import rescan from 'lucide:refresh-cw'
import again from 'lucide:rotate-ccw'
import search from 'lucide:search'
import send from 'lucide:send-horizontal'
import settings from 'lucide:settings'
import share from 'lucide:share-2'
import verified from 'lucide:shield-check'
import remove from 'lucide:trash'
import people from 'lucide:users'
import close from 'lucide:x'

const icons = {
  addFolder,
  again,
  alert,
  archive,
  back,
  browse,
  chat,
  check,
  close,
  code,
  copy,
  disc,
  document,
  down,
  download,
  file,
  film,
  folder,
  image,
  more,
  music,
  open,
  parent,
  pause,
  people,
  remove,
  rescan,
  resume,
  right,
  search,
  send,
  settings,
  share,
  transfers: download,
  up,
  verified,
}

export type IconName = keyof typeof icons

/** A picture beside a word; it says nothing by itself to a screen reader. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="16" height="16" aria-hidden="true">
      {icons[name].map(([Tag, attributes], index) => (
        <Tag key={index} {...attributes} />
      ))}
    </svg>
  )
}
