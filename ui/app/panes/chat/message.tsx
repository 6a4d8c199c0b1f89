import { type ChatMessage, visibleText } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'
import { splitLinks } from './links.js'

/** One message; what is not delivered says so. */
export function Message({ message, name }: { readonly message: ChatMessage; readonly name: string }) {
  const isMine = message.from !== message.thread
  return (
    <article class={isMine ? 'message mine' : 'message'} aria-label={isMine ? t.chat.you : name}>
      <p class="text" dir="auto">
        <MessageText text={message.text} />
      </p>
      <p class="meta">
        <time dateTime={new Date(message.at).toISOString()}>{t.format.clock(message.at)}</time>
        {isMine && <span class={`message-${message.state}`}>{t.chat.states[message.state](name)}</span>}
      </p>
      {message.error && <p class="bad">{message.error.message}</p>}
    </article>
  )
}

/** Text nodes, and links that show their whole address and open outside the app. */
function MessageText({ text }: { readonly text: string }) {
  const { platform } = useApp()
  return (
    <>
      {splitLinks(visibleText(text)).map((part, index) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          <a
            key={`${index} ${part.url}`}
            href={part.url}
            rel="noreferrer noopener"
            onClick={event => {
              event.preventDefault()
              platform.openLink(part.url)
            }}
          >
            {part.text}
          </a>
        ),
      )}
    </>
  )
}
