// The rules of DESIGN §3 on who may import whom, for dependency-cruiser. Type imports count too.

/** Core's layers from the ground up. Each may import those before it; parts of one layer don't know each other. */
const LAYERS = [
  ['errors', 'log', 'workers'],
  ['manifest', 'identity', 'paths'],
  ['wire'],
  ['api'],
  ['content', 'search', 'store'],
  ['transfer', 'share', 'chat', 'registry', 'discovery'],
  ['peer'],
]
const TEST = '(\\.test\\.tsx?$|/testing/|^server/testing\\.ts$|^ui/e2e/)'

const layerRules = LAYERS.flatMap((layer, rank) =>
  layer.map(part => {
    const siblings = rank === 0 ? [] : layer.filter(other => other !== part)
    const above = LAYERS.slice(rank + 1).flat()
    return {
      name: `core-${part}-layer`,
      comment: `core/${part} may import the layers below it only`,
      severity: 'error',
      from: { path: `^core/${part}/`, pathNot: TEST },
      to: { path: `^core/(${[...siblings, ...above, 'index\\.ts', 'browser\\.ts'].join('|')})(/|$)` },
    }
  }),
)

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

// biome-ignore lint/style/noDefaultExport: dependency-cruiser wants it
export default {
  forbidden: [
    ...layerRules,
    rule(
      'core-by-its-doors',
      'a folder of core is imported by its index.ts only',
      { path: '^core/([^/]+)/', pathNot: TEST },
      { path: '^core/[^/]+/', pathNot: ['^core/[^/]+/index\\.ts$', '^core/$1/'] },
    ),
    rule(
      'core-root-by-doors',
      'core/index.ts too; core/browser.ts reaches into paths, whose door needs Node',
      { path: '^core/[^/]+\\.ts$', pathNot: TEST },
      {
        path: '^core/[^/]+/',
        pathNot: ['^core/[^/]+/index\\.ts$', '^core/paths/(person|visible)-name\\.ts$'],
      },
    ),
    rule(
      'core-alone',
      'core knows of no program around it; only its whole-system tests start a registry',
      { path: '^core/', pathNot: '^core/testing/' },
      { path: '^(ui|server|build)/' },
    ),
    rule(
      'core-testing-starts-servers',
      'the harness starts a real registry, and nothing else around core',
      { path: '^core/testing/' },
      { path: '^(ui|build)/' },
    ),
    rule(
      'ui-by-core-index',
      'front ends import core by its public doors',
      { path: '^ui/', pathNot: TEST },
      { path: '^core/', pathNot: '^core/(index|browser)\\.ts$' },
    ),
    rule(
      'ui-tests-by-doors',
      'so do their tests, which may use the harness',
      { path: `^ui/.*${TEST}` },
      { path: '^core/', pathNot: '^core/((index|browser)|(testing|log)/index)\\.ts$' },
    ),
    rule(
      'ui-by-doors',
      'a folder of ui is imported by a door of its own',
      { path: '^ui/([^/]+)/', pathNot: TEST },
      { path: '^ui/[^/]+/', pathNot: ['^ui/[^/]+/index\\.ts$', '^ui/remote/local/index\\.ts$', '^ui/$1/'] },
    ),
    rule(
      'app-without-node',
      'the app runs in a browser',
      { path: '^ui/(app|remote/[^/]+\\.ts$)', pathNot: TEST },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'app-without-programs',
      'the app knows of no program that shows it',
      { path: '^ui/app/', pathNot: TEST },
      { path: '^(core/index|server/|ui/(cli|web|desktop)/|ui/remote/local/)' },
    ),
    rule(
      'server-parts',
      'the registry uses the parts of core that it shares with peers',
      { path: '^server/', pathNot: TEST },
      {
        path: '^core/',
        pathNot: '^core/(errors|log|workers|paths|identity|wire|manifest|search|discovery)/',
      },
    ),
    rule('server-alone', 'the registry knows of no front end', { path: '^server/' }, { path: '^ui/' }),
    rule(
      'server-hosts',
      'only programs that start things may start a registry',
      { path: '^ui/', pathNot: ['^ui/(cli|web|desktop)/', TEST] },
      { path: '^server/' },
    ),
    rule(
      'server-by-its-door',
      'and then by its door',
      { path: '^ui/', pathNot: TEST },
      { path: '^server/', pathNot: '^server/registry\\.ts$' },
    ),
    rule(
      'no-tests-in-programs',
      'what runs for people imports nothing made for tests',
      { pathNot: TEST },
      { path: TEST },
    ),
    rule(
      'no-circles',
      'imports go one way',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule(
      'no-development-packages',
      "a program runs with its dependencies only; the build takes fuzzysearch-ts and the app's libraries into its files",
      { path: '^(core|server|ui)/', pathNot: ['^ui/app/', '^core/search/subsequence\\.ts$', TEST] },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '/@types/' },
    ),
    rule(
      'all-found',
      'each import leads somewhere; tests of what the build makes import that',
      { pathNot: TEST },
      { couldNotResolve: true, pathNot: '^(uvu|lucide:)' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
