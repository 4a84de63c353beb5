import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TemporalPlace } from './temporal.ts';

/** Cornac's program, as `npm run build` makes it. */
export const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const READY_MS = 120_000;

/** The content of the file of `cornac up --ready-file`. */
export interface Ready {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly ui: string;
  readonly ops: string;
  readonly temporal: TemporalPlace & { readonly namespace: string };
  readonly config: string;
  readonly stateDir: string;
  readonly pid: number;
}

/** `count` ports that were free a moment ago. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  return servers.map((server) => {
    const address = server.address();
    server.close();
    return typeof address === 'object' && address ? address.port : 0;
  });
}

/** The environment of this process without variables that would redirect Cornac or an AWS client. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(CORNAC_|AWS_(?!CA_BUNDLE)|PG)/.test(name)),
  );
}

/** The address of Cornac for clients, and the key to sign with. */
export type Access = Pick<Ready, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>;

/** Environment for aws CLI, boto3, Terraform: endpoint, region, keys. */
export function clientEnvironment(access: Access): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(),
    AWS_ENDPOINT_URL: access.endpoint,
    AWS_DEFAULT_REGION: access.region,
    AWS_REGION: access.region,
    AWS_ACCESS_KEY_ID: access.accessKeyId,
    AWS_SECRET_ACCESS_KEY: access.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
}

/** A directory that the unprivileged user of the machines can enter. */
export async function makeStateDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'cornac-up-'));
  await chmod(dir, 0o711);
  return dir;
}

export interface Stack extends Ready {
  /** `clientEnvironment` of this stack. */
  readonly env: NodeJS.ProcessEnv;
  readonly process: ChildProcess;
  /** Ctrl-C: stops all processes including the machines; the state stays. Resolves to the exit code. */
  stop(): Promise<number | null>;
}

export interface StackOptions {
  /** More options of `cornac up`. */
  readonly args?: readonly string[];
  /** `CORNAC_*` variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Deadline for readiness. */
  readonly readyMs?: number;
  /** File of the output: `<stateDir>/up.log` by default. */
  readonly logFile?: string;
}

/**
 * Runs `cornac up` on `stateDir` and waits until it is ready. A stack that does not become ready is ended.
 */
export async function startStack(
  stateDir: string,
  {
    args = [],
    env: settings = {},
    readyMs = READY_MS,
    logFile = join(stateDir, 'up.log'),
  }: StackOptions = {},
): Promise<Stack> {
  const [port, ops, temporal, ui] = await findFreePorts(4);
  const readyFile = join(stateDir, 'ready.json');
  const child = spawn(
    process.execPath,
    [
      ...[CLI, 'up', '--state', stateDir, '--ready-file', readyFile],
      ...[
        '--port',
        `${port}`,
        '--ops-port',
        `${ops}`,
        '--temporal-port',
        `${temporal}`,
        '--ui-port',
        `${ui}`,
      ],
      ...args,
    ],
    { env: { ...cleanEnvironment(), ...settings }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = once(child, 'exit') as Promise<[number | null]>;

  const ready = await readReady(readyFile, child, readyMs).catch(async (error) => {
    child.kill('SIGINT');
    // The caller removes the state, whose machines would run on.
    await exited;
    throw new Error(`${error.message}\n${await readFile(logFile, 'utf8')}`);
  });
  return {
    ...ready,
    env: clientEnvironment(ready),
    process: child,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      const [code] = await exited;
      log.end();
      return code;
    },
  };
}

async function readReady(file: string, child: ChildProcess, readyMs: number): Promise<Ready> {
  const deadline = Date.now() + readyMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`cornac up ended with ${child.exitCode ?? child.signalCode} before it was ready`);
    }
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const ready: Ready | undefined = text === undefined ? undefined : JSON.parse(text);
    // A ready file of an earlier run belongs to another process.
    if (ready && ready.pid === child.pid) return ready;
    await delay(50);
  }
  throw new Error('cornac up did not get ready');
}

/** Removes a stopped stack's state. */
export function removeState(stateDir: string): Promise<void> {
  return rm(stateDir, { recursive: true, force: true });
}
