import { readFileSync } from 'node:fs';
import { Client, type ClientChannel, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { keyExchanges } from './algorithms.ts';
import { SshError } from './error.ts';
import type { SshTarget } from './target.ts';

/** Cornac's SSH credentials: the agent at `agent` (SSH_AUTH_SOCK), or a private key file. Never a password. */
export interface SshAuth {
  readonly agent?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** An authenticated connection. `closed` settles when it ends, for whatever reason. */
export interface Connection {
  readonly client: Client;
  readonly closed: Promise<void>;
  readonly isClosed: () => boolean;
}

const HANDSHAKE_TIMEOUT_MS = 15_000;

/**
 * Connects to `target` and accepts only its pinned host key.
 * @throws SshError Unreachable, HostKeyMismatch, AuthenticationFailed
 */
export function connect(target: SshTarget, auth: SshAuth): Promise<Connection> {
  const [keyType = '', keyBody = ''] = target.hostKey.split(' ');
  const pinned = Buffer.from(keyBody, 'base64');
  const client = new Client();
  let gone = false;
  let hasOtherKey = false;
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => {
      gone = true;
      resolve();
    });
  });
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve({ client, closed, isClosed: () => gone }));
    client.on('error', (error) => reject(connectError(target, error, hasOtherKey)));
    client.once('close', () =>
      reject(connectError(target, new Error('closed during handshake'), hasOtherKey)),
    );
    client.connect({
      host: target.host,
      port: target.port,
      username: target.user,
      ...credentials(auth),
      authHandler: ['publickey', 'agent'],
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

function credentials({ agent, keyFile }: SshAuth): ConnectConfig {
  if (keyFile) return { privateKey: readFileSync(keyFile) };
  if (agent) return { agent };
  throw new SshError('AuthenticationFailed', 'no SSH key: set SSH_AUTH_SOCK or SSH_KEY_FILE');
}

/** An RSA key signs with SHA-2 under other names (RFC 8332). Other key types sign under their own names. */
function hostKeyAlgorithms(keyType: string): ServerHostKeyAlgorithm[] {
  return keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [keyType as ServerHostKeyAlgorithm];
}

function connectError(target: SshTarget, error: Error & { level?: string }, hasOtherKey: boolean): SshError {
  const destination = `${target.user}@${target.host}:${target.port}`;
  if (hasOtherKey || /no matching host key/.test(error.message)) {
    return new SshError('HostKeyMismatch', `${destination} presents another host key than the pinned one`, {
      cause: error,
    });
  }
  if (error.level === 'client-authentication' || error.level === 'agent') {
    return new SshError('AuthenticationFailed', `${destination} rejects Cornac's SSH key`, { cause: error });
  }
  return new SshError('Unreachable', `${destination} is unreachable: ${error.message}`, { cause: error });
}
