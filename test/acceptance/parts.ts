import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTemporalProcess } from '../support/temporal.ts';
import { type Access, CLI, cleanEnvironment, findFreePorts } from './stack.ts';

/** A process that serves. */
export interface Part {
  readonly pid: number;
  /** Ends the process and returns its exit status; null when a signal ended it. */
  stop(): Promise<number | null>;
}

/** Cornac in parts, as in production: each part is started and stopped by itself. */
export interface Parts {
  readonly access: Access;
  readonly temporalAddress: string;
  /** Runs a command of Cornac to its end and returns its output. */
  cornac(...args: string[]): Promise<string>;
  startTemporal(): Promise<Part>;
  startGateway(): Promise<Part>;
  startWorker(processes?: number): Promise<Part>;
}

/**
 * Writes a configuration below `stateDir`, makes the inventory with `cornac bootstrap`, and creates an access
 * key. Only the inventory runs afterwards.
 */
export async function installParts(stateDir: string): Promise<Parts> {
  const [port = 0, ops = 0, temporal = 0] = await findFreePorts(3);
  const config = join(stateDir, 'cornac.toml');
  const range = `127.${randomInt(64, 255)}.${randomInt(0, 256)}`;
  const settings = {
    STATE_DIR: stateDir,
    LOCAL_NETWORK: `${range}.0/24`,
    DATABASE_URL: `postgresql://cornac:C0nfidentiel@${range}.1:5432/cornac`,
    LISTEN: `localhost:${port}`,
    OPS_LISTEN: `localhost:${ops}`,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal}`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = "${value}"\n`);
  await writeFile(config, lines.join(''), { mode: 0o600 });
  const env = { ...cleanEnvironment(), CORNAC_CONFIG: config };
  const logOf = (name: string) => openSync(join(stateDir, `${name}.log`), 'a');

  const cornac = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [CLI, ...args], { env })).stdout;
  // The process reports over the channel that it is ready, and ends when this process ends.
  const startCornac = async (...args: string[]): Promise<Part> => {
    const log = logOf(args[0] ?? '');
    const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', log, log, 'ipc'] });
    await Promise.race([once(child, 'message'), failWhenEnded(child)]);
    return { pid: child.pid ?? 0, stop: () => stop(child) };
  };
  const startTemporal = (): Promise<Part> =>
    startTemporalProcess({ directory: stateDir, database: 'temporal.db', port: temporal });

  const server = await startTemporal();
  await cornac('bootstrap');
  await server.stop();
  const key = await cornac('generate-credentials', '--save');
  const [accessKeyId = '', secretAccessKey = ''] = key.trim().split('\n').at(-1)?.split(',') ?? [];
  return {
    access: { endpoint: `http://localhost:${port}/rds`, region: 'local', accessKeyId, secretAccessKey },
    temporalAddress: settings.TEMPORAL_ADDRESS,
    cornac,
    startTemporal,
    startGateway: () => startCornac('run'),
    startWorker: (processes = 1) => startCornac('worker', '--processes', `${processes}`),
  };
}

async function failWhenEnded(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  return assert.fail(`${child.spawnargs.join(' ')} ended with ${code}`);
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await exited;
  return code;
}
