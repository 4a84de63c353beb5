import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts } from '../acceptance/stack.ts';
import { cleanEnv, nodeArguments } from './cli/cornac.ts';

export const ACCESS_KEY = 'CORNACTESTTESTTESTTEST';
export const SECRET_KEY = 'C4naryc4naryC4naryc4naryC4naryc4naryC4na';
export const REGION = 'local';

export interface GatewayProcess {
  readonly endpoint: string;
  readonly port: number;
  readonly ops: string;
  /** The port of its Temporal on 127.0.0.1, on which nothing listens. */
  readonly temporalPort: number;
  readonly process: ChildProcess;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

/**
 * Runs `cornac run` as a process of its own, on this inventory. Its Temporal is unreachable.
 * @param stderr a descriptor for its log
 */
export async function startGatewayProcess(
  databaseUrl: string,
  stderr: number | 'ignore' | 'inherit' | 'pipe' = 'ignore',
): Promise<GatewayProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-gateway-'));
  const [port = 0, ops = 0, temporal = 0] = await findFreePorts(3);
  const key = join(directory, 'secret.key');
  writeFileSync(key, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const settings = {
    STATE_DIR: directory,
    SECRET_KEY_FILE: key,
    DATABASE_URL: databaseUrl,
    LISTEN: `127.0.0.1:${port}`,
    OPS_LISTEN: `127.0.0.1:${ops}`,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal}`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = "${value}"\n`);
  const config = join(directory, 'cornac.toml');
  writeFileSync(config, `${lines.join('')}[CREDENTIALS]\n${ACCESS_KEY} = "${SECRET_KEY}"\n`, { mode: 0o600 });

  const child = spawn(process.execPath, [...nodeArguments, 'run'], {
    cwd: directory,
    env: cleanEnv({ CORNAC_CONFIG: config }),
    stdio: ['ignore', 'ignore', stderr, 'ipc'],
  });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => {
    throw new Error(`the gateway ended with ${code}`);
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
  return {
    port,
    endpoint: `http://127.0.0.1:${port}/rds`,
    ops: `http://127.0.0.1:${ops}`,
    temporalPort: temporal,
    process: child,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(directory, { recursive: true });
    },
  };
}
