import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { visibleName, visibleText } from './index.js'

const names = [
  { name: 'Re: notes.pdf', seen: 'Re: notes.pdf' },
  { name: 'Ünïcödé 日本 🎬.mkv', seen: 'Ünïcödé 日本 🎬.mkv' },
  { name: 'invoice\u202Efdp.exe', seen: 'invoice\\u{202e}fdp.exe' },
  { name: 'a\u200Bb\uFEFF', seen: 'a\\u{200b}b\\u{feff}' },
  { name: 'bell\x07\x1b[31m', seen: 'bell\\u{07}\\u{1b}[31m' },
  { name: 'two\nlines\u2028', seen: 'two\\u{0a}lines\\u{2028}' },
  { name: 'c1\x9b', seen: 'c1\\u{9b}' },
  { name: 'half \ud83d', seen: 'half \\u{d83d}' },
  { name: 'tag\u{e0041}', seen: 'tag\\u{e0041}' },
]

for (const { name, seen } of names) {
  test(`security: hostile names: ${JSON.stringify(name)} is shown as ${seen}`, () => {
    assert.is(visibleName(name), seen)
  })
}

test('a message keeps its lines and joined emoji, and shows what turns the direction', () => {
  assert.is(visibleText('hi\r\nyou\t👩\u200d💻\u202e\x1b'), 'hi\nyou\t👩\u200d💻\\u{202e}\\u{1b}')
})

test.run()
