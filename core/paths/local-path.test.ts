import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { localParts } from './local-path.js'

const names = [
  { remote: 'Re: notes.pdf', linux: ['Re: notes.pdf'], win32: ['Re%3A notes.pdf'] },
  { remote: 'a/b\\c', linux: ['a', 'b\\c'], win32: ['a', 'b%5Cc'] },
  { remote: 'C:\\x', linux: ['C:\\x'], win32: ['C%3A%5Cx'] },
  { remote: '\\\\host\\share', linux: ['\\\\host\\share'], win32: ['%5C%5Chost%5Cshare'] },
  { remote: 'con', linux: ['con'], win32: ['%63on'] },
  { remote: 'NUL.tar.gz', linux: ['NUL.tar.gz'], win32: ['%4EUL.tar.gz'] },
  { remote: 'com1.txt', linux: ['com1.txt'], win32: ['%63om1.txt'] },
  { remote: 'console', linux: ['console'], win32: ['console'] },
  { remote: 'dot.', linux: ['dot.'], win32: ['dot%2E'] },
  { remote: 'space ', linux: ['space '], win32: ['space%20'] },
  { remote: 'tab\there', linux: ['tab\there'], win32: ['tab%09here'] },
  { remote: 'why?*', linux: ['why?*'], win32: ['why%3F%2A'] },
] as const

for (const { remote, linux, win32 } of names) {
  test(`security: hostile names: ${JSON.stringify(remote)} gets a name that the system can have`, () => {
    assert.equal(localParts(remote, 'linux'), [...linux])
    assert.equal(localParts(remote, 'darwin'), [...linux])
    assert.equal(localParts(remote, 'win32'), [...win32])
  })
}

test.run()
