import { basename, dirname } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { Kind } from './setting.ts';
import {
  aliases,
  isSettingName,
  type SettingName,
  type Settings,
  secretSettings,
  settings,
} from './settings.ts';
import { suggest } from './suggest.ts';

export interface Source {
  readonly found: Settings;
  /** Sentences without secrets. */
  readonly problems: readonly string[];
}

/** The options of a configuration file. Relative paths in it start from its directory. */
export function readToml(content: string, file: string): Source {
  let table: Record<string, unknown>;
  try {
    table = parse(content);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Only the first line, because the others quote the file with its secrets.
    const reason = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '');
    return { found: {}, problems: [`${file}:${error.line}:${error.column}: not TOML: ${reason}`] };
  }
  return read(
    Object.entries(table),
    basename(file) === file ? '.' : dirname(file),
    (key) => `${file}: ${key}`,
  );
}

const PREFIX = 'CORNAC_';

// CORNAC_CONFIG names the file. Kubernetes sets the others for a service named cornac.
const notOptions = /^CORNAC_(CONFIG|SERVICE_\w+|PORT(_\w+)?)$/;

/** The options in an environment. An empty variable counts as not set. */
export function readEnvironment(env: NodeJS.ProcessEnv, cwd: string): Source {
  return read(
    Object.entries(env)
      .filter(([name, value]) => name.startsWith(PREFIX) && !notOptions.test(name) && value !== '')
      .map(([name, value]) => [name.slice(PREFIX.length), value]),
    cwd,
    (key) => `environment: ${PREFIX}${key}`,
  );
}

function read(
  entries: readonly (readonly [string, unknown])[],
  base: string,
  locate: (key: string) => string,
): Source {
  const found: Partial<Record<SettingName, unknown>> = {};
  const problems: string[] = [];
  for (const [key, value] of entries) {
    const name = aliases[key] ?? key;
    if (!isSettingName(name)) {
      problems.push(`${locate(key)} is not an option${hint(key)}`);
      continue;
    }
    const kind: Kind<unknown> = settings[name];
    const parsed = kind.parse(value, base);
    if (parsed === undefined) {
      const shown = secretSettings.has(name) ? 'wrong' : JSON.stringify(value);
      const why = kind.explain?.(value);
      problems.push(`${locate(key)} is ${shown}${why ? `: ${why}` : ''}; expected ${kind.expected}`);
    } else if (name in found) {
      problems.push(`${locate(key)} is another name of ${name}, which is also set`);
    } else {
      found[name] = parsed;
    }
  }
  return { found: found as Settings, problems };
}

function hint(key: string): string {
  const near = suggest(key, [...Object.keys(settings), ...Object.keys(aliases)]);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
