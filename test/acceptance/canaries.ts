import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A word to search for, in every form that programs are likely to give it. */
export interface Canary {
  readonly name: string;
  readonly forms: readonly Buffer[];
}

/**
 * A word that occurs nowhere else, of letters and digits because URL, XML, JSON and shells leave them as they
 * are.
 */
export function makeWord(): string {
  return `Kanari${randomBytes(9).toString('hex')}`;
}

/**
 * The word itself, in hex, and in base64 at each of the three offsets at which it can begin in a longer text.
 * The characters at the edges of base64 depend on the neighbours and are left out.
 */
export function canary(name: string, word: string | Buffer): Canary {
  const bytes = typeof word === 'string' ? Buffer.from(word) : word;
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(Math.ceil((offset * 8) / 6), -1);
  });
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64];
  return { name, forms: [bytes, ...texts.map((text) => Buffer.from(text))] };
}

/** Names of the canaries that this text contains. */
export function listen(text: string | Buffer, canaries: readonly Canary[]): string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return canaries.filter(({ forms }) => forms.some((form) => bytes.includes(form))).map(({ name }) => name);
}

/** `canary: path` for every file below `root` that contains a canary, sorted. */
export async function listenToFiles(root: string, canaries: readonly Canary[]): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    found.push(...listen(content, canaries).map((name) => `${name}: ${relative(root, path)}`));
  }
  return found.sort();
}
