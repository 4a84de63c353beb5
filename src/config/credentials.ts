import { readFileSync, statSync } from 'node:fs';
import { parse } from 'smol-toml';
import { warn as warnOperator } from '../system/warn.ts';
import type { Config, Credentials } from './config.ts';
import { settings } from './settings.ts';
import { readEnvironment } from './sources.ts';

export interface CredentialStore {
  /** The secret access key of this access key id in the file's present content. */
  find(accessKeyId: string): string | undefined;
}

export interface CredentialStoreDeps {
  /** Called when the file cannot be used; default: Node's warnings. */
  readonly warn?: (message: string) => void;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Credentials of the configuration file, followed without a restart. From the next look-up on an added pair
 * is accepted, and a removed pair is refused. While the file is broken, the last valid pairs stay in force. A
 * missing file has no pairs. CORNAC_CREDENTIALS replaces the file's pairs, as for every option.
 */
export function createCredentialStore(
  config: Pick<Config, 'file'>,
  { warn = warnOperator, env = process.env, now = Date.now }: CredentialStoreDeps = {},
): CredentialStore {
  const fixed = readEnvironment(env, '.').found.CREDENTIALS;
  let pairs: Credentials = {};
  let seen: string | undefined;
  let broken = false;

  const follow = () => {
    try {
      const version = versionOf(config.file, now());
      if (version !== undefined && version === seen) return;
      seen = version;
      pairs = readPairs(config.file);
      broken = false;
    } catch (error) {
      if (!broken) {
        warn(
          `${config.file}: ${(error as Error).message}; the access keys that were read before stay in use`,
        );
      }
      broken = true;
    }
  };

  return {
    find(accessKeyId) {
      if (fixed === undefined) follow();
      const known = fixed ?? pairs;
      return Object.hasOwn(known, accessKeyId) ? known[accessKeyId] : undefined;
    },
  };
}

/**
 * Identifies one state of a file. Undefined for a file that changed so recently that its next change may have
 * the same timestamp, because file systems count in ticks of some milliseconds.
 */
function versionOf(file: string, now: number): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return 'absent';
  if (now - Number(stat.ctimeMs) < 50) return undefined;
  return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(':');
}

function readPairs(file: string): Credentials {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  return pairsOf(content);
}

/** @throws Error whose message quotes nothing of the content */
export function pairsOf(content: string): Credentials {
  let table: Record<string, unknown>;
  try {
    table = parse(content);
  } catch {
    throw new Error('not TOML');
  }
  const pairs = settings.CREDENTIALS.parse(table.CREDENTIALS ?? {}, '.');
  if (pairs === undefined) throw new Error(`CREDENTIALS is wrong; expected ${settings.CREDENTIALS.expected}`);
  return pairs;
}
