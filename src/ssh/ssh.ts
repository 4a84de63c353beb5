import { createLimit, type Limit } from '../system/limit.ts';
import type { Command } from './command.ts';
import { type Connection, connect } from './connection.ts';
import { SshError } from './error.ts';
import { type Output, type RunOptions, start, TIMEOUT_MS } from './execute.ts';
import { createKeyring, type SshAuth } from './keyring.ts';
import type { SshTarget } from './target.ts';

export interface Ssh {
  /** Runs a command on the target. @throws SshError, or the reason of an aborted signal */
  run(target: SshTarget, command: Command, options?: RunOptions): Promise<Output>;
  /** Closes all connections. Running commands are cut off. */
  close(): Promise<void>;
}

interface Entry {
  readonly connection: Promise<Connection>;
  readonly limit: Limit;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

/** OpenSSH allows ten sessions per connection (MaxSessions); two are left to others. */
const SESSIONS_PER_CONNECTION = 8;

export interface SshOptions {
  readonly auth: SshAuth;
  /** An unused connection is closed after this time. */
  readonly idleMs?: number;
  /** The time in which a command must begin. A long command begins as soon as a short one. */
  readonly beginMs?: number;
}

/**
 * SSH with a pool of connections, one per target, because a handshake costs more CPU than most commands and
 * the steps of one operation follow each other closely.
 */
export function createSsh({ auth, idleMs = 15_000, beginMs = TIMEOUT_MS }: SshOptions): Ssh {
  const pool = new Map<string, Entry>();
  const keyring = createKeyring(auth);

  function enter(target: SshTarget): Entry {
    const key = `${target.user}@${target.host}:${target.port} ${target.hostKey}`;
    const known = pool.get(key);
    if (known) return known;
    const entry: Entry = {
      connection: connect(target, keyring),
      limit: createLimit(SESSIONS_PER_CONNECTION),
      users: 0,
      idle: undefined,
    };
    pool.set(key, entry);
    const forget = () => {
      if (pool.get(key) === entry) pool.delete(key);
    };
    entry.connection.then(({ closed }) => closed.then(forget), forget);
    return entry;
  }

  async function use<T>(
    target: SshTarget,
    work: (connection: Connection, entry: Entry) => Promise<T>,
  ): Promise<T> {
    const entry = enter(target);
    entry.users++;
    clearTimeout(entry.idle);
    try {
      return await entry.limit(async () => work(await entry.connection, entry));
    } finally {
      if (--entry.users === 0) entry.idle = setTimeout(() => end(entry), idleMs).unref();
    }
  }

  async function end({ connection }: Entry): Promise<void> {
    try {
      const { client, closed } = await connection;
      // No goodbye: a machine that was switched off would never answer it.
      client.destroy();
      await closed;
    } catch {} // it was never open
  }

  async function run(target: SshTarget, command: Command, options: RunOptions = {}): Promise<Output> {
    const destination = `${target.user}@${target.host}`;
    const attempt = () =>
      use(target, async (connection, entry) => {
        options.signal?.throwIfAborted();
        const begun = await start(connection, command, destination, { ...options, beginMs }).catch(
          (error) => {
            if (!(error instanceof SshError)) throw error;
            if (error.code === 'Disconnected') return { error };
            // The connection seems to be dead, so the next command gets another one.
            if (error.code === 'Timeout' && entry.users === 1) connection.client.destroy();
            throw error;
          },
        );
        return 'error' in begun ? begun : { output: await begun.end };
      });
    // A pooled connection may have died unnoticed. Then the command has not begun, so a new connection may try.
    let result = await attempt();
    if ('error' in result) result = await attempt();
    if ('error' in result) throw result.error;
    return result.output;
  }

  return {
    run,
    close: async () => {
      for (const entry of pool.values()) clearTimeout(entry.idle);
      await Promise.all([...pool.values()].map(end));
    },
  };
}

export type { RunOptions, SshAuth };
export { SshError };
