import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Account } from './account.ts';
import type { MachinePaths } from './layout.ts';

/** What is known of a machine. A machine without a record was never finished, or is half destroyed. */
export interface MachineRecord {
  /** DbiResourceId of the instance that it is for. */
  readonly owner?: string;
  readonly address: string;
  readonly hostKey: string;
  /** Where its sshd listens; machines of before this was noted have 2222. */
  readonly sshPort?: number;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

export async function findRecord({ record }: MachinePaths): Promise<MachineRecord | undefined> {
  try {
    return JSON.parse(await readFile(record, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function saveRecord({ record }: MachinePaths, content: MachineRecord, account: Account) {
  const fresh = `${record}.new`;
  await writeFile(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  await account.own(fresh);
  await rename(fresh, record);
}
