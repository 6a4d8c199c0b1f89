/*! Icons by Lucide (https://lucide.dev), ISC licence. */
import { shapes as archive } from 'lucide-static/icons/archive.svg'
import { shapes as down } from 'lucide-static/icons/arrow-down.svg'
import { shapes as back } from 'lucide-static/icons/arrow-left.svg'
import { shapes as up } from 'lucide-static/icons/arrow-up.svg'
import { shapes as saved } from 'lucide-static/icons/bookmark.svg'
import { shapes as save } from 'lucide-static/icons/bookmark-plus.svg'
import { shapes as forget } from 'lucide-static/icons/bookmark-x.svg'
import { shapes as check } from 'lucide-static/icons/check.svg'
import { shapes as right } from 'lucide-static/icons/chevron-right.svg'
import { shapes as alert } from 'lucide-static/icons/circle-alert.svg'
import { shapes as copy } from 'lucide-static/icons/copy.svg'
import { shapes as parent } from 'lucide-static/icons/corner-left-up.svg'
import { shapes as disc } from 'lucide-static/icons/disc.svg'
import { shapes as download } from 'lucide-static/icons/download.svg'
import { shapes as more } from 'lucide-static/icons/ellipsis.svg'
import { shapes as open } from 'lucide-static/icons/external-link.svg'
import { shapes as file } from 'lucide-static/icons/file.svg'
import { shapes as code } from 'lucide-static/icons/file-code.svg'
import { shapes as music } from 'lucide-static/icons/file-music.svg'
import { shapes as document } from 'lucide-static/icons/file-text.svg'
import { shapes as film } from 'lucide-static/icons/film.svg'
import { shapes as folder } from 'lucide-static/icons/folder.svg'
import { shapes as browse } from 'lucide-static/icons/folder-open.svg'
import { shapes as addFolder } from 'lucide-static/icons/folder-plus.svg'
import { shapes as follow } from 'lucide-static/icons/folder-sync.svg'
import { shapes as unfollow } from 'lucide-static/icons/folder-x.svg'
import { shapes as image } from 'lucide-static/icons/image.svg'
import { shapes as chat } from 'lucide-static/icons/message-circle.svg'
import { shapes as pause } from 'lucide-static/icons/pause.svg'
import { shapes as resume } from 'lucide-static/icons/play.svg'
import { shapes as rescan } from 'lucide-static/icons/refresh-cw.svg'
import { shapes as again } from 'lucide-static/icons/rotate-ccw.svg'
import { shapes as search } from 'lucide-static/icons/search.svg'
import { shapes as send } from 'lucide-static/icons/send-horizontal.svg'
import { shapes as settings } from 'lucide-static/icons/settings.svg'
import { shapes as share } from 'lucide-static/icons/share-2.svg'
import { shapes as verified } from 'lucide-static/icons/shield-check.svg'
import { shapes as remove } from 'lucide-static/icons/trash.svg'
import { shapes as person } from 'lucide-static/icons/user-round-cog.svg'
import { shapes as people } from 'lucide-static/icons/users.svg'
import { shapes as close } from 'lucide-static/icons/x.svg'

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
  follow,
  forget,
  image,
  more,
  music,
  open,
  parent,
  pause,
  people,
  person,
  remove,
  rescan,
  resume,
  right,
  save,
  saved,
  search,
  send,
  settings,
  share,
  transfers: download,
  unfollow,
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
