import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { ProviderError } from '../provider.ts';

const exec = promisify(execFile);

/** The unprivileged user that machines run as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly shell: string;
  /** Options that make a child process this user's, with an environment that tells it nothing of ours. */
  readonly spawn: { readonly uid?: number; readonly gid?: number; readonly env: NodeJS.ProcessEnv };
  /** Gives files that we made to the user. */
  own(...paths: string[]): Promise<void>;
}

/**
 * Root drops to `wanted` (default `postgres`, which Debian's package makes), because neither PostgreSQL nor a guest
 * should have its rights; anybody else can only be himself.
 * @throws ProviderError Configuration
 */
export async function findAccount(wanted: string | undefined): Promise<Account> {
  const self = userInfo();
  if (self.uid !== 0) {
    if (wanted && wanted !== self.username) {
      throw new ProviderError('Configuration', `LOCAL_USER: only root can run machines as ${wanted}`);
    }
    return account(self.username, self.uid, self.gid, self.shell ?? '/bin/sh', false);
  }
  const name = wanted ?? 'postgres';
  const entry = await exec('getent', ['passwd', name]).catch((cause) => {
    throw new ProviderError(
      'Configuration',
      `LOCAL_USER: there is no user ${name}; name one that is not root, or install PostgreSQL's package`,
      { cause },
    );
  });
  const [, , uid, gid, , , shell] = entry.stdout.trim().split(':');
  if (uid === '0') throw new ProviderError('Configuration', 'LOCAL_USER: PostgreSQL refuses to run as root');
  return account(name, Number(uid), Number(gid), shell || '/bin/sh', true);
}

function account(name: string, uid: number, gid: number, shell: string, drop: boolean): Account {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LANG: 'C.UTF-8' };
  return {
    name,
    uid,
    gid,
    shell,
    spawn: drop ? { uid, gid, env } : { env },
    own: async (...paths) => {
      if (drop) await Promise.all(paths.map((path) => chown(path, uid, gid)));
    },
  };
}
