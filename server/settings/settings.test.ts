import { writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../core/errors/index.js'
import { makeTestFolder, type TestFolder } from '../../core/testing/index.js'
import { dialRegistry } from '../testing/lan.js'
import { Programs } from '../testing/program.js'
import { DEFAULT_TUNING } from '../tuning.js'
import { parseSetting, SETTING_KEYS, SETTINGS, type SettingKey, withPresets } from './settings.js'
import { tuningOf } from './tuning-of.js'

const test = suite<{ folder: TestFolder; programs: Programs }>('settings of a registry')

test.before.each(async context => {
  context.folder = await makeTestFolder('settings')
  context.programs = new Programs()
})
test.after.each(async ({ folder, programs }) => {
  programs.close()
  await folder.remove()
})

const good: readonly (readonly [SettingKey, unknown, unknown])[] = [
  ['host', '127.0.0.1', '127.0.0.1'],
  ['host', '::', '::'],
  ['host', 'registry.lan', 'registry.lan'],
  ['port', 0, 0],
  ['port', '7470', 7470],
  ['adminPort', 'none', 'none'],
  ['adminPort', '0', 0],
  ['joinSecret', '', ''],
  ['joinSecret', 'x'.repeat(128), 'x'.repeat(128)],
  ['allowListOnly', 'yes', true],
  ['allowListOnly', false, false],
  ['filesAPerson', '1000', 1000],
  ['gateways', '10.0.0.1, ::1', ['10.0.0.1', '::1']],
  ['gateways', '', []],
]
const wrong: readonly (readonly [SettingKey, unknown])[] = [
  ['host', 'not an address'],
  ['host', 7],
  ['port', 65_536],
  ['port', '-1'],
  ['port', 1.5],
  ['port', '1e3'],
  ['port', null],
  ['adminPort', 'some'],
  ['joinSecret', 'x'.repeat(7)],
  ['joinSecret', 'x'.repeat(129)],
  ['joinSecret', 12_345_678],
  ['allowListOnly', 1],
  ['welcome', 'x'.repeat(2001)],
  ['filesAPerson', Number.NaN],
  ['filesAPerson', Number.POSITIVE_INFINITY],
  ['searchesASecond', 0],
  ['gateways', 'router'],
  ['gateways', [1]],
  ['gateways', {}],
]

test('each setting takes what it should, as a text too, and says what it takes otherwise', () => {
  for (const [key, given, taken] of good) assert.equal(parseSetting(key, given), taken, `${key} ${given}`)
  for (const [key, given] of wrong) {
    try {
      parseSetting(key, given)
      assert.unreachable(`${key} ${given}`)
    } catch (error) {
      assert.ok(hasCode(error, 'BAD_INPUT'), `${key} ${given}`)
      assert.match((error as Error).message, `${key} takes `)
    }
  }
})

test('nothing needs to be set: the defaults are those of a registry that is told nothing', () => {
  const { limits: _limits, ...tuning } = tuningOf(withPresets({}))

  for (const [key, value] of Object.entries(tuning))
    assert.equal(value, DEFAULT_TUNING[key as keyof typeof DEFAULT_TUNING], key)
  for (const key of SETTING_KEYS)
    assert.equal(parseSetting(key, SETTINGS[key].preset), SETTINGS[key].preset, key)
})

test('--help tells of every setting; a wrong flag is wrong use', async ({ programs }) => {
  const { code, out } = await programs.run(['--help'])

  assert.is(code, 0)
  for (const key of SETTING_KEYS) {
    const flag = SETTINGS[key].secret
      ? '--join-secret-file'
      : `--${key.replaceAll(/[A-Z]/g, c => `-${c.toLowerCase()}`)}`
    assert.ok(out.includes(`${flag} `), flag)
  }
  for (const args of [
    ['--colour'],
    ['--files-a-person', 'many'],
    ['--port', '99999'],
    ['admin', 'fire', 'Bob'],
  ])
    assert.is((await programs.run(args)).code, 2, args.join(' '))
})

test('what is wrong before it starts is told to programs too', async ({ folder, programs }) => {
  const plain = folder.at('plain')
  writeFileSync(plain, 'short')

  const home = await programs.run(['--json', '--home', `${plain}/home`])
  const none = await programs.run([
    '--json',
    '--home',
    folder.at('home'),
    '--join-secret-file',
    folder.at('none'),
  ])
  const short = await programs.run(['--json', '--home', folder.at('home'), '--join-secret-file', plain])

  const outcomes = [home, none, short].map(({ code, objects }) => [code, objects[0]?.event, objects[0]?.code])
  assert.equal(outcomes, [
    [1, 'error', 'STORE_FAILED'],
    [1, 'error', 'UNREADABLE'],
    [1, 'error', 'BAD_INPUT'],
  ])
})

test('a flag counts before the file, and limits of connections hold', async ({ folder, programs }) => {
  const home = folder.at('home')
  const first = await programs.registry(home)
  await programs.admin(home, ['settings', 'welcome', 'From the file.'])
  await programs.admin(home, ['settings', 'connectionsAPerson', '2'])
  first.child.kill('SIGTERM')
  await first.exited
  const { port } = await programs.registry(home, '--welcome', 'From the flag.', '--allow-list-only', 'no')
  const ann = await dialRegistry(port)
  const again = await dialRegistry(port, ann.identity)

  assert.is((await ann.register('Ann')).welcome, 'From the flag.')
  const third = await dialRegistry(port, ann.identity).catch((error: unknown) => error)
  assert.ok(hasCode(third, 'TOO_BUSY'))
  await again.connection.close()
  await ann.connection.close()
})

test.run()
