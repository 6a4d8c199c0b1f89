// The package's own types are a TypeScript source that does not compile under this project's settings.
declare function fuzzysearch(needle: string, haystack: string): boolean
// biome-ignore lint/style/noDefaultExport: it is what the package has
export default fuzzysearch
