import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify, type TomlTable } from 'smol-toml';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { startDeadline } from '../system/deadline.ts';
import { waitForLock } from '../system/process-lock.ts';
import { ConfigError } from './config-error.ts';

const LOCK_TIMEOUT_MS = 10_000;

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Adds a pair to `[CREDENTIALS]` of a configuration file. Makes the file where it is missing. */
export function saveCredentials(file: string, { accessKeyId, secretAccessKey }: KeyPair): Promise<void> {
  return edit(
    file,
    (table) => {
      table.CREDENTIALS ??= parse('');
      Object.assign(table.CREDENTIALS, { [accessKeyId]: secretAccessKey });
    },
    (content) => withEntry(content, 'CREDENTIALS', `${accessKeyId} = ${quote(secretAccessKey)}`),
  );
}

/** Sets an option that the file does not contain yet. */
export function saveOption(file: string, name: string, value: string): Promise<void> {
  return edit(
    file,
    (table) => {
      table[name] = value;
    },
    // Before the header of any table: after a header the option would belong to that table.
    (content) => [`${name} = ${quote(value)}${endOfLine(content)}${content}`],
  );
}

/** Sets options of a file, whether it contains them or not. A file that has these values stays as it is. */
export function saveOptions(file: string, options: Readonly<Record<string, string>>): Promise<void> {
  return edit(
    file,
    (table) => {
      Object.assign(table, options);
    },
    (content) => [Object.entries(options).reduce(withOption, content)],
  );
}

function withOption(content: string, [name, value]: readonly [string, string]): string {
  const quoted = quote(value);
  // A comment behind the value stays.
  const present = new RegExp(`^([ \\t]*${name}[ \\t]*=[ \\t]*)("[^"\\r\\n]*"|'[^'\\r\\n]*'|[^\\r\\n]*)`, 'm');
  return present.test(content)
    ? content.replace(present, (_, before: string) => `${before}${quoted}`)
    : `${name} = ${quoted}${endOfLine(content)}${content}`;
}

/**
 * Changes a file as text, so that the rest of it stays the same, byte for byte. Of the proposed drafts it
 * takes the first that TOML reads as the old content plus the change and nothing else.
 */
async function edit(
  file: string,
  change: (table: TomlTable) => void,
  propose: (content: string) => readonly string[],
): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o711 });
  const target = await realpath(file).catch(() => file);
  const { signal, isOver, dispose } = startDeadline(LOCK_TIMEOUT_MS);
  const lock = await waitForLock(`${target}.lock`, signal)
    .catch((cause) => {
      throw isOver() ? new Error(`${file} is held by another process`, { cause }) : cause;
    })
    .finally(dispose);
  try {
    const content = await readFile(target, 'utf8').catch(emptyWhenAbsent);
    const wanted = parse(content);
    change(wanted);
    if (reads(content, wanted)) return;
    const draft = propose(content).find((candidate) => reads(candidate, wanted));
    if (draft === undefined) {
      throw new ConfigError([
        `${file}: cannot be changed without touching other parts of the file; edit it by hand`,
      ]);
    }
    await writeFileAtomically(target, draft, { inherit: true });
  } finally {
    await lock.release({ remove: true });
  }
}

/** Places for the line: after the table's header, in the inline table, beside its dotted keys, or at the end. */
function withEntry(content: string, table: string, entry: string): string[] {
  const eol = endOfLine(content);
  const insert = (at: number, text: string) => content.slice(0, at) + text + content.slice(at);
  const headers = [...content.matchAll(new RegExp(`^[ \\t]*\\[[ \\t]*${table}[ \\t]*\\].*$`, 'gm'))].map(
    (match) => {
      const end = match.index + match[0].replace(/\r$/, '').length;
      return insert(end, `${eol}${entry}`);
    },
  );
  const inline = [...content.matchAll(new RegExp(`^[ \\t]*${table}[ \\t]*=[ \\t]*\\{`, 'gm'))].flatMap(
    (match) => {
      const at = match.index + match[0].length;
      return [insert(at, ` ${entry} `), insert(at, ` ${entry},`)];
    },
  );
  const dotted = [...content.matchAll(new RegExp(`^[ \\t]*${table}[ \\t]*\\.`, 'gm'))].map((match) =>
    insert(match.index, `${table}.${entry}${eol}`),
  );
  const gap = content === '' ? '' : content.endsWith('\n') ? eol : `${eol}${eol}`;
  return [...headers, ...inline, ...dotted, `${content}${gap}[${table}]${eol}${entry}${eol}`];
}

function reads(candidate: string, wanted: TomlTable): boolean {
  try {
    return isDeepStrictEqual(parse(candidate), wanted);
  } catch {
    return false;
  }
}

function endOfLine(content: string): string {
  return /\r\n/.test(content) ? '\r\n' : '\n';
}

function quote(value: string): string {
  return stringify({ value })
    .replace(/^value = /, '')
    .trimEnd();
}

function emptyWhenAbsent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
