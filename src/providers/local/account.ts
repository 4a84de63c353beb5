import { userInfo } from 'node:os';
import { execProgram } from '../../system/fork-server.ts';
import { ProviderError } from '../provider.ts';

/** The unprivileged user that a machine runs as. */
export interface Account {
  /** Its name inside the machine. */
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Whether no other machine and nothing else on this computer uses the uid. */
  readonly exclusive: boolean;
  /** Spawn options that make a child process run as this user, without Cornac's environment. */
  readonly spawn: { readonly uid?: number; readonly gid?: number; readonly env: NodeJS.ProcessEnv };
}

/** An account of this computer, with its shell. */
export interface HostAccount extends Account {
  readonly shell: string;
}

/** The name of a machine's user where LOCAL_USER names no other. */
export const DEFAULT_USER = 'postgres';

const ENV = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LANG: 'C.UTF-8' };

/**
 * The account that all machines share where they cannot have one each. Root drops to `wanted` (default
 * `postgres`, which Debian's package creates), because neither PostgreSQL nor a guest should have root's
 * rights. Any other user can run machines only as itself.
 * @returns undefined when `wanted` was left out and no user `postgres` exists
 * @throws ProviderError Configuration
 */
export async function findSharedAccount(wanted: string | undefined): Promise<HostAccount | undefined> {
  const self = userInfo();
  if (self.uid !== 0) {
    if (wanted && wanted !== self.username) {
      throw new ProviderError('Configuration', `LOCAL_USER: only root can run machines as ${wanted}`);
    }
    const { username: name, uid, gid, shell } = self;
    return { name, uid, gid, shell: shell ?? '/bin/sh', exclusive: false, spawn: { env: ENV } };
  }
  const entry = await execProgram('getent', ['passwd', wanted ?? DEFAULT_USER]).catch((cause) => {
    if (wanted === undefined) return undefined;
    throw new ProviderError('Configuration', missing(wanted), { cause });
  });
  if (!entry) return undefined;
  const [name = '', , uid, gid, , , shell] = entry.stdout.trim().split(':');
  if (uid === '0') throw new ProviderError('Configuration', 'LOCAL_USER: PostgreSQL refuses to run as root');
  return {
    ...accountOf(name, Number(uid), Number(gid)),
    exclusive: false,
    shell: shell || '/bin/sh',
  };
}

/** The message for a missing account that machines must share. */
export function missing(name: string): string {
  return `LOCAL_USER: user ${name} does not exist; name a user other than root, or install PostgreSQL's package`;
}

/** An account that root can drop to. By default it belongs to one machine alone. */
export function accountOf(name: string, uid: number, gid: number): Account {
  return {
    name,
    uid,
    gid,
    exclusive: true,
    spawn: { uid, gid, env: ENV },
  };
}
