import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';
import { keyExchanges } from '../ssh/algorithms.ts';
import type { SshTarget } from '../ssh/target.ts';

/** What an address answers to an SSH client. */
export type Shown =
  | { readonly key: string }
  /**
   * No ed25519 host key, and why, for people. `unresolved`: the name has no address. `otherKind`: the server
   * has only host keys of other types.
   */
  | { readonly problem: string; readonly unresolved?: true; readonly otherKind?: true };

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The fingerprint by which people compare host keys: `SHA256:…`, as ssh-keygen prints it. */
export function fingerprint(hostKey: string): string {
  const hash = createHash('sha256').update(Buffer.from(hostKey.split(' ')[1] ?? '', 'base64'));
  return `SHA256:${hash.digest('base64').replace(/=+$/, '')}`;
}

/** Reads the host key that an address shows. The handshake ends at the host key, so that no login is tried. */
export function findShownHostKey({ host, port }: Pick<SshTarget, 'host' | 'port'>): Promise<Shown> {
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    let shown: string | undefined;
    const done = (error?: NodeJS.ErrnoException) => {
      client.destroy();
      resolve(shown === undefined ? explain(host, port, error) : { key: shown });
    };
    client.on('error', done).on('close', () => done());
    client.connect({
      host,
      port,
      username: 'root',
      readyTimeout: HANDSHAKE_TIMEOUT_MS,
      algorithms: { kex: keyExchanges, serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (key: Buffer) => {
        shown = `ssh-ed25519 ${key.toString('base64')}`;
        return false;
      },
    });
  });
}

function explain(host: string, port: number, error?: NodeJS.ErrnoException): Shown {
  switch (error?.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { problem: `the name ${host} does not resolve`, unresolved: true };
    case 'ECONNREFUSED':
      return { problem: `port ${port} is closed` };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { problem: `no route to ${host}, or no machine has this address` };
    default:
  }
  if (error && /no matching host key/.test(error.message)) {
    return { problem: 'it presents another host key than the pinned one (of another type)', otherKind: true };
  }
  if (error && /[Tt]imed out/.test(error.message)) return { problem: `no answer at port ${port}` };
  return { problem: `port ${port} is open, but presents no host key` };
}

/**
 * Judges what an address shows at each of several looks.
 * @param graceMs how long an address may show another host key than the pinned one, because a machine
 * shows another key until its first start has given it its own
 */
export function createHostKeyCheck(hostKey: string, graceMs: number) {
  let since: number | undefined;
  return {
    /** @returns whether the shown key is the pinned one; else what is wrong, and whether it lasts too long */
    check(shown: Shown): { isPinned: boolean; problem: string; isOver: boolean } {
      if ('problem' in shown && !shown.otherKind) {
        return { isPinned: false, problem: shown.problem, isOver: false };
      }
      if ('key' in shown && shown.key === hostKey) return { isPinned: true, problem: '', isOver: false };
      since ??= Date.now();
      const isOver = Date.now() - since >= graceMs;
      if ('problem' in shown) return { isPinned: false, problem: shown.problem, isOver };
      const problem = `it presents another host key than the pinned one (${fingerprint(shown.key)}, not ${fingerprint(hostKey)})`;
      return { isPinned: false, problem, isOver };
    },
  };
}
