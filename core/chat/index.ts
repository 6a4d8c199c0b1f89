export { type Chat, type ChatOptions, createChat } from './chat.js'
