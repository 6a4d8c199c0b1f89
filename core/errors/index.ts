export { ERROR_CODES, type ErrorCode, isErrorCode } from './codes.js'
export {
  type ErrorDetails,
  fromPlainError,
  hasCode,
  isPeerError,
  PeerError,
  type PlainError,
  systemCode,
  toPlainError,
} from './peer-error.js'
