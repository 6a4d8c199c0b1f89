/** What a file is for, told by its extension; folders count as a kind of their own. */
export const FILE_KINDS = ['video', 'audio', 'picture', 'document', 'archive', 'program', 'folder'] as const

/** One of the kinds that a search can be narrowed to. */
export type FileKind = (typeof FILE_KINDS)[number]
