import { setTimeout as sleep } from 'node:timers/promises';
import { SshError } from '../ssh/error.ts';
import type { GuestCall } from './guest.ts';

type UnitVerb = (
  verb: 'start' | 'status' | 'output' | 'forget',
  words?: readonly string[],
) => Promise<string>;

const longestPauseMs = 5_000;

/** Starts a unit where it neither runs nor is done, and polls it until its end. @throws SshError CommandFailed */
export async function followUnit(
  unit: UnitVerb,
  name: string,
  command: readonly string[],
  { signal, report }: GuestCall = {},
): Promise<string> {
  await unit('start', command);
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const [state, status] = (await unit('status')).split(' ');
    if (state === 'done') return unit('output');
    if (state === 'failed') {
      const stderr = await unit('output');
      await unit('forget');
      throw new SshError('CommandFailed', `unit ${name}: exit status ${status}: ${stderr.slice(-500)}`, {
        exitCode: Number(status),
        stderr,
      });
    }
    if (state !== 'running') await unit('start', command);
    report?.(`${name} is running`);
    await sleep(pauseMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
