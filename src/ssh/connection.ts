import { Client, type ClientChannel, type ServerHostKeyAlgorithm } from 'ssh2';
import { keyExchanges } from './algorithms.ts';
import { SshError } from './error.ts';
import type { Key, Keyring } from './keyring.ts';
import type { SshTarget } from './target.ts';

/** An authenticated connection. `closed` settles when it ends, for whatever reason. */
export interface Connection {
  readonly client: Client;
  readonly closed: Promise<void>;
  readonly isClosed: () => boolean;
}

const HANDSHAKE_TIMEOUT_MS = 15_000;

/**
 * Connects to `target` and accepts only its pinned host key. Where sshd ends the connection after too many
 * refused keys, another connection offers the next keys.
 * @throws SshError Unreachable, HostKeyMismatch, AuthenticationFailed
 */
export async function connect(target: SshTarget, keyring: Keyring): Promise<Connection> {
  let keys = await keyring.keysFor(target);
  for (;;) {
    const login = await logIn(target, keys);
    if (login.connection) {
      keyring.noteAccepted(target, login.key);
      return login.connection;
    }
    keys = keys.slice(login.refused);
    if (login.refused === 0 || keys.length === 0) throw rejected(target, login.cause);
  }
}

type Login =
  | { readonly connection: Connection; readonly key: Key }
  /** sshd takes no more keys on this connection. `refused`: how many of the given keys it has refused. */
  | { readonly connection?: never; readonly refused: number; readonly cause: Error };

function logIn(target: SshTarget, keys: readonly Key[]): Promise<Login> {
  const [keyType = '', keyBody = ''] = target.hostKey.split(' ');
  const pinned = Buffer.from(keyBody, 'base64');
  const client = new Client();
  let gone = false;
  let hasOtherKey = false;
  let offered = 0;
  let unsigned: Error | undefined;
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => {
      gone = true;
      resolve();
    });
  });
  return new Promise((resolve, reject) => {
    client.once('ready', () => {
      const key = keys[Math.max(0, offered - 1)] as Key;
      resolve({ connection: { client, closed, isClosed: () => gone }, key });
    });
    client.on('error', (error: ConnectFailure) => {
      if (error.level === 'agent') {
        // The agent does not sign with this key. ssh2 offers the next key.
        unsigned = error;
      } else if (isTooMany(error)) {
        resolve({ refused: offered, cause: error });
      } else {
        reject(connectError(target, error, { hasOtherKey, unsigned }));
      }
    });
    client.once('close', () =>
      reject(connectError(target, new Error('closed during handshake'), { hasOtherKey, unsigned })),
    );
    client.connect({
      host: target.host,
      port: target.port,
      username: target.user,
      authHandler: keys.map((key) => key.method(target.user, () => offered++)),
      hostVerifier: (key: Buffer) => {
        hasOtherKey = !key.equals(pinned);
        return !hasOtherKey;
      },
      // No compression: a machine's few KiB could expand to any number of MiB here. Where ssh2 1.17 finds
      // them too many, it throws where no caller can catch it.
      algorithms: { kex: keyExchanges, serverHostKey: hostKeyAlgorithms(keyType), compress: ['none'] },
      readyTimeout: HANDSHAKE_TIMEOUT_MS,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
    });
    // A command is a few small packets each way. Waiting to fill a packet costs 40 ms each time.
    client.setNoDelay(true);
    listenToChannels(client);
  });
}

/**
 * Listens for the errors of each channel from its first moment. ssh2 1.17 makes a channel when sshd confirms
 * it, but returns it to the caller only after the answer to `exec`. Data after the end of a stream are an error.
 * Without a listener such an error in between would end this process. `close` carries the outcome.
 */
function listenToChannels(client: Client): void {
  // Internal to ssh2, which emits no event for a new channel.
  const { _chanMgr: manager } = client as unknown as { _chanMgr: ChannelManager };
  const update = manager.update.bind(manager);
  manager.update = (id, channel) => {
    channel.on('error', () => {});
    channel.stderr.on('error', () => {});
    update(id, channel);
  };
}

interface ChannelManager {
  update(id: number, channel: ClientChannel): void;
}

/** An RSA key signs with SHA-2 under other names (RFC 8332). Other key types sign under their own names. */
function hostKeyAlgorithms(keyType: string): ServerHostKeyAlgorithm[] {
  return keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [keyType as ServerHostKeyAlgorithm];
}

/** OpenSSH's words after MaxAuthTries (auth.c, auth_maxtries_exceeded). The reason code is that of any protocol error. */
function isTooMany({ message }: Error): boolean {
  return /too many authentication failures/i.test(message);
}

/** Reasons with which a server refuses a client: RFC 4253, section 11.1. */
const REFUSING_REASONS: ReadonlySet<unknown> = new Set([
  1, // host not allowed to connect
  14, // no more authentication methods available
  15, // illegal user name
]);

interface ConnectFailure extends Error {
  readonly level?: string;
  /** The reason of a disconnect; the name of an error of the network. */
  readonly code?: unknown;
}

function destinationOf({ user, host, port }: SshTarget): string {
  return `${user}@${host}:${port}`;
}

function rejected(target: SshTarget, cause: Error): SshError {
  const text = `${destinationOf(target)} rejects Cornac's SSH key: ${cause.message}`;
  return new SshError('AuthenticationFailed', text, { cause });
}

function connectError(
  target: SshTarget,
  error: ConnectFailure,
  { hasOtherKey, unsigned }: { readonly hasOtherKey: boolean; readonly unsigned: Error | undefined },
): SshError {
  const destination = destinationOf(target);
  if (hasOtherKey || /no matching host key/.test(error.message)) {
    return new SshError('HostKeyMismatch', `${destination} presents another host key than the pinned one`, {
      cause: error,
    });
  }
  if (error.level === 'client-authentication' || REFUSING_REASONS.has(error.code)) {
    return rejected(target, unsigned ?? error);
  }
  return new SshError('Unreachable', `${destination} is unreachable: ${error.message}`, { cause: error });
}
