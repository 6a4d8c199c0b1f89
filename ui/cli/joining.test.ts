import { writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder, type TestFolder } from '../../core/testing/index.js'
import { Programs } from '../../server/testing/program.js'
import { startTspeer } from './testing/index.js'

const test = suite<{ folder: TestFolder; programs: Programs }>('tspeer up at a registry that has rules')

test.before.each(async context => {
  context.folder = await makeTestFolder('joining')
  context.programs = new Programs()
})
test.after.each(async ({ folder, programs }) => {
  programs.close()
  await folder.remove()
})

test('the join secret comes from a file; the welcome and a ban are told', async ({ folder, programs }) => {
  writeFileSync(folder.at('secret'), 'open sesame\n')
  const home = folder.at('registry')
  const rules = ['--join-secret-file', folder.at('secret'), '--welcome', 'Be kind.']
  const registry = await programs.registry(home, ...rules)
  const address = `127.0.0.1:${registry.port}`
  const up = (name: string, ...args: readonly string[]) =>
    startTspeer([
      'up',
      '--json',
      '--home',
      folder.at(name),
      '--name',
      name,
      '--port',
      '0',
      '--registry',
      address,
      ...args,
    ])

  const anna = up('Anna', '--join-secret-file', folder.at('secret'))
  const ben = up('Ben')
  const refused = await ben.line(({ event, state }) => event === 'registry' && state === 'refused')
  const joined = await anna.line(({ event, state }) => event === 'registry' && state === 'connected')
  await programs.admin(home, ['ban', 'Anna', '--reason', 'Spam.'])
  const banned = await anna.line(({ event, state }) => event === 'registry' && state === 'refused')
  for (const one of [anna, ben]) one.process.kill('SIGTERM')
  const [first, second] = await Promise.all([anna.outcome, ben.outcome])

  assert.is(joined.welcome, 'Be kind.')
  assert.is((refused.error as { code?: string }).code, 'BAD_SECRET')
  assert.match(JSON.stringify(banned.error), 'BANNED')
  assert.match(JSON.stringify(banned.error), 'Spam.')
  assert.equal([first.code, second.code], [0, 0])
})

test('a secret file that is not there is told, and nothing is joined', async ({ folder }) => {
  const args = ['up', '--json', '--home', folder.at('anna'), '--join-secret-file', folder.at('none')]

  const { code, objects } = await startTspeer(args).outcome

  assert.equal([code, objects[0]?.code], [1, 'UNREADABLE'])
})

test.run()
