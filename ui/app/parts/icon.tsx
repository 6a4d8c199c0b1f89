/*! Icons by Lucide (https://lucide.dev), ISC licence. */
import { shapes as archive } from 'lucide:archive'
import { shapes as down } from 'lucide:arrow-down'
import { shapes as back } from 'lucide:arrow-left'
import { shapes as up } from 'lucide:arrow-up'
import { shapes as check } from 'lucide:check'
import { shapes as right } from 'lucide:chevron-right'
import { shapes as alert } from 'lucide:circle-alert'
import { shapes as copy } from 'lucide:copy'
import { shapes as parent } from 'lucide:corner-left-up'
import { shapes as disc } from 'lucide:disc'
import { shapes as download } from 'lucide:download'
import { shapes as more } from 'lucide:ellipsis'
import { shapes as open } from 'lucide:external-link'
import { shapes as file } from 'lucide:file'
import { shapes as code } from 'lucide:file-code'
import { shapes as music } from 'lucide:file-music'
import { shapes as document } from 'lucide:file-text'
import { shapes as film } from 'lucide:film'
import { shapes as folder } from 'lucide:folder'
import { shapes as browse } from 'lucide:folder-open'
import { shapes as addFolder } from 'lucide:folder-plus'
import { shapes as image } from 'lucide:image'
import { shapes as chat } from 'lucide:message-circle'
import { shapes as pause } from 'lucide:pause'
import { shapes as resume } from 'lucide:play'
import { shapes as rescan } from 'lucide:refresh-cw'
import { shapes as again } from 'lucide:rotate-ccw'
import { shapes as search } from 'lucide:search'
import { shapes as send } from 'lucide:send-horizontal'
import { shapes as settings } from 'lucide:settings'
import { shapes as share } from 'lucide:share-2'
import { shapes as verified } from 'lucide:shield-check'
import { shapes as remove } from 'lucide:trash'
import { shapes as people } from 'lucide:users'
import { shapes as close } from 'lucide:x'

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
