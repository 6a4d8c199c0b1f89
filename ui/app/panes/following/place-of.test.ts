import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOf } from './place-of.js'

const places = [
  { target: '/home/me/downloads', path: 'Films/Talks', place: '/home/me/downloads/Talks' },
  { target: '/', path: 'Talks', place: '/Talks' },
  { target: 'C:\\Users\\me', path: 'Films/Talks', place: 'C:\\Users\\me\\Talks' },
  { target: 'D:\\', path: 'Talks', place: 'D:\\Talks' },
]

for (const { target, path, place } of places) {
  test(`${path} followed into ${target} is ${place}`, () => {
    assert.is(placeOf({ target, path }), place)
  })
}

test.run()
