import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalWorld } from './world.ts';

/** Begins to make or start the machine in another process, and kills that process this long after its begin. */
export async function killWorkerAt(
  { stateDir, key }: LocalWorld,
  machine: string,
  afterMs: number,
): Promise<void> {
  const worker = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'worker.ts')], {
    env: { ...process.env, STATE_DIR: stateDir, PUBLIC_KEY: key.publicKey, MACHINE: machine },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(worker, 'exit');
  await once(worker.stdout, 'data');
  await delay(afterMs);
  worker.kill('SIGKILL');
  await exit;
}
