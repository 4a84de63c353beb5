import { readFile } from 'node:fs/promises';
import { listProcesses } from '../acceptance/processes.ts';
import type { Victim } from '../support/chaos/schedule.ts';
import { type Candidate, processesOfStack, sortVictims } from '../support/chaos/victims.ts';

/** The machine of Cornac's own inventory. */
export const inventoryMachine = 'cornac-cornac';

async function isMarked(pid: number, stateDir: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment
    .split('\0')
    .some((each) => each === `CORNAC_STATE_DIR=${stateDir}` || each.startsWith(`CORNAC_CONFIG=${stateDir}/`));
}

/** The processes that belong to the stack in `stateDir`. */
export async function findStackProcesses(stateDir: string): Promise<Candidate[]> {
  const all = listProcesses();
  const candidates = await Promise.all(
    all.map(async (each) => ({ ...each, isMarked: await isMarked(each.pid, stateDir) })),
  );
  return processesOfStack(candidates, stateDir, [process.pid, process.ppid]);
}

/** The processes of the stack by kind. */
export async function findVictims(stateDir: string): Promise<Map<Victim, Candidate[]>> {
  return sortVictims(await findStackProcesses(stateDir), stateDir, inventoryMachine);
}
