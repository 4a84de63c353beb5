import { resolve } from 'node:path';
import type { Address, Credentials } from './config.ts';

/** One kind of value, in the TOML file or as the text of a variable. */
export interface Kind<T> {
  /** Completes the sentence “expected …”. */
  readonly expected: string;
  /** The value; undefined where it is not of this kind. `base`: the directory of relative paths. */
  parse(value: unknown, base: string): T | undefined;
  /** What is wrong with an invalid value. Contains no secret of the value. */
  explain?(value: unknown): string | undefined;
}

function asText(value: unknown): string | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : '';
  return trimmed === '' ? undefined : trimmed;
}

export function text(expected: string, pattern = /^[^\0]+$/s): Kind<string> {
  return {
    expected,
    parse: (value) => {
      const found = asText(value);
      return found !== undefined && pattern.test(found) ? found : undefined;
    },
  };
}

export function path(expected: string): Kind<string> {
  return {
    expected,
    parse: (value, base) => {
      const found = asText(value);
      return found === undefined || found.includes('\0') ? undefined : resolve(base, found);
    },
  };
}

export const flag: Kind<boolean> = {
  expected: 'true or false',
  parse: (value) => {
    if (typeof value === 'boolean') return value;
    const word = asText(value)?.toLowerCase();
    if (word === 'true' || word === '1' || word === 'yes') return true;
    if (word === 'false' || word === '0' || word === 'no') return false;
    return undefined;
  },
};

export function oneOf<T extends string>(values: readonly T[]): Kind<T> {
  return {
    expected: `one of ${values.join(', ')}`,
    parse: (value) => values.find((candidate) => candidate === asText(value)),
  };
}

/** An array of values, or one text with values separated by commas or blanks. */
export function list(item: Kind<string>, expected: string): Kind<readonly string[]> {
  return {
    expected,
    parse: (value, base) => {
      const parts = typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : value;
      if (!Array.isArray(parts) || parts.length === 0) return undefined;
      const items = parts.map((part) => item.parse(part, base));
      return items.every((found) => found !== undefined) ? items : undefined;
    },
  };
}

/** `host:port`, `[::1]:port`, `:port` or a bare port, the last two on `host`. */
export function address(host: string, example: string): Kind<Address> {
  return {
    expected: `host:port such as "${example}"`,
    parse: (value) => {
      const found = asText(typeof value === 'number' ? String(value) : value);
      const match = /^(?:(?<host>\[[0-9a-fA-F:.]+\]|[^\s:[\]/]+)?:)?(?<port>\d{1,5})$/.exec(found ?? '');
      const port = Number(match?.groups?.port ?? Number.NaN);
      if (!(port <= 65535)) return undefined;
      return { host: match?.groups?.host?.replace(/^\[|\]$/g, '') ?? host, port };
    },
  };
}

/** A table of key pairs; in a variable `ID:SECRET`, several separated by commas. */
export const credentials: Kind<Credentials> = {
  // 16 to 128 word characters: API_AccessKey of IAM.
  expected:
    'access key ids (16 to 128 letters, digits, underscores), each with its secret access key as text',
  parse: (value) => {
    const table = typeof value === 'string' ? pairsOf(value) : value;
    if (typeof table !== 'object' || table === null || Array.isArray(table)) return undefined;
    const pairs = Object.entries(table);
    const valid = pairs.every(
      ([id, secret]) => /^\w{16,128}$/.test(id) && typeof secret === 'string' && secret !== '',
    );
    return valid ? Object.fromEntries(pairs) : undefined;
  },
};

function pairsOf(list: string): Record<string, string> {
  return Object.fromEntries(
    list
      .split(',')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== '')
      .map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)]),
  );
}
