import type { ClientChannel } from 'ssh2';
import { MIB } from '../system/units.ts';
import type { Command } from './command.ts';
import type { Connection } from './connection.ts';
import { SshError } from './error.ts';

export interface RunOptions {
  /** Sent to the command's standard input, which is then closed: the place for secrets. */
  readonly stdin?: string | Buffer | undefined;
  /**
   * Default: one minute. After a timeout or an abort Cornac asks sshd to kill the command. An sshd without
   * privileges, such as the local provider's, kills nothing (OpenSSH session.c), so a command that must not
   * run twice at once takes a lock. A command that begins late, on a lost connection, has an empty stdin.
   */
  readonly timeoutMs?: number | undefined;
  /** Gives up the command and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

// With a packet size of zero ssh2 1.17 would send for ever and block this process. OpenSSH's packets have 32 KiB.
const MIN_PACKET_BYTES = 1024;
export const TIMEOUT_MS = 60_000;
const MAX_STDOUT_BYTES = 4 * MIB;
const KEPT_STDERR_BYTES = 8 * 1024;

/**
 * Starts `command` on its own channel. Rejects when the command has not begun, so that another connection may
 * try.
 * @throws SshError Disconnected; Timeout, and the reason of an aborted signal, where it is unknown whether it
 *   began
 */
export function start(
  { client }: Connection,
  command: Command,
  destination: string,
  options: RunOptions & { readonly beginMs: number },
): Promise<{ end: Promise<Output> }> {
  const { timeoutMs = TIMEOUT_MS, signal } = options;
  const beginMs = Math.min(timeoutMs, options.beginMs);
  return new Promise((resolve, reject) => {
    let isOver = false;
    const settle = (deliver: () => void) => {
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      client.off('close', broken);
      deliver();
    };
    const broken = (cause?: unknown) =>
      settle(() =>
        reject(
          new SshError('Disconnected', `${destination}: connection lost before the command started`, {
            cause,
          }),
        ),
      );
    const onAbort = () => settle(() => reject(signal?.reason));
    const onTimeout = () =>
      settle(() =>
        reject(new SshError('Timeout', `${destination}: command not started after ${beginMs} ms`)),
      );
    const timer = setTimeout(onTimeout, beginMs);
    client.once('close', broken);
    signal?.addEventListener('abort', onAbort);
    try {
      client.exec(command.text, (error, channel) => {
        if (isOver) return channel && abandon(channel);
        if (error) return broken(error);
        const packetBytes = packetBytesOf(channel);
        if (packetBytes >= MIN_PACKET_BYTES) {
          return settle(() => resolve({ end: finish(channel, destination, options) }));
        }
        broken(new Error(`the machine accepts packets of only ${packetBytes} bytes`));
        client.destroy();
      });
    } catch (error) {
      broken(error);
    }
  });
}

/** Kills a command that has begun when its caller no longer waited. */
function abandon(channel: ClientChannel): void {
  channel.resume();
  channel.stderr.resume();
  channel.signal('KILL');
  channel.close();
}

/** The packet size that the other side accepts. ssh2's types do not describe `outgoing`. */
function packetBytesOf({ outgoing }: ClientChannel): number {
  const size = outgoing instanceof Object && 'packetSize' in outgoing ? outgoing.packetSize : undefined;
  return typeof size === 'number' ? size : 0;
}

/**
 * Feeds a started command and waits for its end. Must listen in the same turn in which the channel opens,
 * because the exit status of a quick command comes in the same packet.
 */
function finish(channel: ClientChannel, destination: string, options: RunOptions): Promise<Output> {
  const { stdin, timeoutMs = TIMEOUT_MS, signal } = options;
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    let stderr = Buffer.alloc(0);
    let exit: { code: number | undefined; signal: string | undefined } | undefined;

    const giveUp = (reason: unknown) => {
      channel.signal('KILL');
      channel.close();
      settle(() => reject(reason));
    };
    const onAbort = () => giveUp(signal?.reason);
    const onTimeout = () =>
      giveUp(new SshError('Timeout', `${destination}: command not finished after ${timeoutMs} ms`));
    const timer = setTimeout(onTimeout, timeoutMs);
    const settle = (deliver: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      deliver();
    };

    channel.on('data', (chunk: Buffer) => {
      stdoutBytes += chunk.length;
      if (stdoutBytes <= MAX_STDOUT_BYTES) {
        stdout.push(chunk);
      } else {
        giveUp(
          new SshError('OutputTooLong', `${destination}: more than ${MAX_STDOUT_BYTES} bytes of output`),
        );
      }
    });
    channel.stderr.on('data', (chunk: Buffer) => {
      stderr = Buffer.concat([stderr, chunk]).subarray(-KEPT_STDERR_BYTES);
    });
    channel.on('exit', (code: number | null, signalName?: string) => {
      exit = { code: code ?? undefined, signal: signalName };
    });
    channel.on('close', () =>
      settle(() => {
        if (!exit) return reject(new SshError('Disconnected', `${destination}: connection lost`));
        const output = { stdout: Buffer.concat(stdout).toString(), stderr: stderr.toString() };
        if (exit.code === 0) return resolve(output);
        const end = exit.code === undefined ? `signal ${exit.signal}` : `exit status ${exit.code}`;
        const message = `${destination}: ${end}: ${output.stderr.trim().slice(-500)}`;
        reject(new SshError('CommandFailed', message, { exitCode: exit.code, stderr: output.stderr }));
      }),
    );

    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) return onAbort();
    channel.stdin.on('error', () => {}); // a command need not read all of its input
    channel.stdin.end(stdin);
  });
}
