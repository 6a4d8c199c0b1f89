export { follow, stopFollowing } from './follow.js'
export { FollowedList } from './followed-list.js'
