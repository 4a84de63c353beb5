import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** One import of a file, or one `export … from`. */
export interface Import {
  /** Path from the root, with its line: `src/model/tags.ts:3`. */
  readonly at: string;
  readonly file: string;
  /** As written. Undefined for a computed specifier, which cannot be checked. */
  readonly specifier: string | undefined;
  /** The file that a relative specifier names, from the root. */
  readonly target: string | undefined;
  /** Whether the whole import is only for the compiler. */
  readonly isType: boolean;
}

const CLAUSE = String.raw`(?:\* as \w+|\*|\w+|(?:\w+, )?\{[^}]*\})`;
/** Import statements. The formatter puts them in the first column. */
const STATEMENT = new RegExp(String.raw`^(?:import|export) (type )?(?:${CLAUSE} from )?'([^'\n]+)'`, 'gm');
/** `import('…')` as a call and as a type, and Node's other forms. */
const CALL = /\b(?:import|require)\(\s*(?:'([^'\n]+)'\s*\))?|\bcreateRequire\b/g;

/** All imports of the TypeScript files below `directory`, except below `skipped`. */
export function readImports(root: string, directory: string, skipped: readonly string[] = []): Import[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (skipped.includes(path)) return [];
    if (entry.isDirectory()) return readImports(root, path, skipped);
    return entry.name.endsWith('.ts') ? importsOf(path, readFileSync(join(root, path), 'utf8')) : [];
  });
}

/** The imports of one file, grouped by their form. */
export function importsOf(file: string, code: string): Import[] {
  const found = (match: RegExpExecArray, specifier: string | undefined, isType: boolean): Import => ({
    at: `${file}:${code.slice(0, match.index).split('\n').length}`,
    file,
    specifier,
    target: specifier?.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined,
    isType,
  });
  return [
    ...[...code.matchAll(STATEMENT)].map((match) => found(match, match[2], match[1] !== undefined)),
    ...[...code.matchAll(CALL)].map((match) => found(match, match[1], false)),
  ];
}
