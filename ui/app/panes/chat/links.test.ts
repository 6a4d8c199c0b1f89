import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { splitLinks } from './links.js'

const linksOf = (text: string) => splitLinks(text).flatMap(part => (part.kind === 'link' ? [part.url] : []))

for (const { text, links } of [
  { text: 'see https://example.org/a?b=c#d.', links: ['https://example.org/a?b=c#d'] },
  {
    text: '(http://10.0.0.1:8080/x) and HTTPS://EXAMPLE.ORG',
    links: ['http://10.0.0.1:8080/x', 'https://example.org/'],
  },
  { text: 'javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a/b', links: [] },
  { text: 'https://bank.example@evil.example/', links: [] },
  { text: 'https:// nothing', links: [] },
  { text: 'https://a"onmouseover="x', links: ['https://a/'] },
]) {
  test(`security: links in "${text}": ${links.join(' ') || 'none'}`, () => {
    assert.equal(linksOf(text), links)
  })
}

test('the parts put together are the text', () => {
  const text = 'a https://x.example/1, b http://y.example c'

  assert.is(
    splitLinks(text)
      .map(part => part.text)
      .join(''),
    text,
  )
})

test.run()
