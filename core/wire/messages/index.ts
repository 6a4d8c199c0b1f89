import type * as v from 'valibot'
import { message, typing } from './chat.js'
import { fileAnnounce, fileBrowse, fileRequest, fileSearch, fileSources, shareData } from './files.js'
import { goodbye, hello } from './hello.js'
import { fileOffer, offerAnswer, offerCancel, offerEntries, offerProgress } from './offers.js'
import { about, heartbeat, newConnection, people, presence } from './people.js'
import { called, callMe, tryMe } from './reach.js'

export type { ChatRecord, MessageAnswer, MessageBody, Stamp } from './chat.js'
export type {
  BrowseAnswer,
  BrowseEntry,
  BrowseRequest,
  BrowseSort,
  FileAnswer,
  FileRequest,
  SearchAnswer,
  SearchHit,
  SearchRequest,
  WireChange,
  WireEntry,
} from './files.js'
export type { Hello } from './hello.js'
export type {
  OfferAnswerBody,
  OfferBody,
  OfferPage,
  OfferProgressBody,
  WireOfferEntry,
} from './offers.js'
export type { PersonRecord } from './people.js'

/** Every request of the protocol with the schema of its body and of its answer. */
export const REQUESTS = {
  NEW_CONNECTION: newConnection,
  HEARTBEAT_REQUEST: heartbeat,
  PEOPLE: people,
  ABOUT: about,
  TRY_ME: tryMe,
  CALL_ME: callMe,
  SHARE_DATA: shareData,
  FILE_BROWSE: fileBrowse,
  FILE_SEARCH: fileSearch,
  FILE_SOURCES: fileSources,
  FILE_ANNOUNCE: fileAnnounce,
  FILE_REQUEST: fileRequest,
  FILE_OFFER: fileOffer,
  OFFER_ENTRIES: offerEntries,
  OFFER_ANSWER: offerAnswer,
  OFFER_CANCEL: offerCancel,
  MESSAGE: message,
} as const

/** Every event of the protocol: told, not answered. */
export const EVENTS = {
  HELLO: hello,
  GOODBYE: goodbye,
  PRESENCE: presence,
  CALLED: called,
  OFFER_PROGRESS: offerProgress,
  TYPING: typing,
} as const

export type RequestType = keyof typeof REQUESTS
export type EventType = keyof typeof EVENTS
export type RequestBody<T extends RequestType> = v.InferOutput<(typeof REQUESTS)[T]['request']>
export type Answer<T extends RequestType> = v.InferOutput<(typeof REQUESTS)[T]['answer']>
export type EventBody<T extends EventType> = v.InferOutput<(typeof EVENTS)[T]>
