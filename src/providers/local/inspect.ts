import { readdir } from 'node:fs/promises';
import { type Machine, ProviderError } from '../provider.ts';
import type { Context } from './context.ts';
import { isListening } from './ports.ts';
import { type FoundRecord, findRecord } from './record.ts';

export function isMachineName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(name);
}

/** Names of the machines of this Cornac. */
export async function machineNames({ layout, options }: Context): Promise<string[]> {
  return (await readdir(layout.machines)).filter((name) => name.startsWith(options.machinePrefix));
}

/** @throws ProviderError MachineNotFound; Conflict when the record is damaged */
export async function getRecord({ layout }: Context, name: string): Promise<FoundRecord> {
  const record = isMachineName(name) ? await findRecord(name, layout) : undefined;
  if (!record) throw new ProviderError('MachineNotFound', `there is no machine ${name}`);
  return record;
}

/** Of a machine whose record is damaged nothing is known. */
export function findSoundRecord({ layout }: Context, name: string): Promise<FoundRecord | undefined> {
  return findRecord(name, layout).catch((error) => {
    if (error instanceof ProviderError && error.code === 'Conflict') return undefined;
    throw error;
  });
}

/** Whether a machine was made by an earlier Cornac, or while machines had other users. */
export function needsTakeOver({ accounts }: Context, { untrusted, uid, address }: FoundRecord): boolean {
  return accounts.isolation !== 'self' && (untrusted || uid !== accounts.of(address).uid);
}

/** A machine of an earlier Cornac does not count as running: it is started again, as one of this. */
export async function getState(context: Context, record: FoundRecord): Promise<Machine['state']> {
  if (needsTakeOver(context, record)) return 'stopped';
  const listen = { host: record.address, port: record.sshPort };
  return (await isListening(listen, context.accounts.of(record.address).uid)) ? 'running' : 'stopped';
}

/** The machine with this name. One whose record is damaged is there, and says so when it is to be started. */
export async function findMachine(context: Context, name: string): Promise<Machine | undefined> {
  if (!(await machineNames(context)).includes(name)) return undefined;
  const record = await findSoundRecord(context, name);
  if (!record) return { name, state: 'stopped', diskGiB: 0 };
  return { name, ...ownerOf(record), state: await getState(context, record), diskGiB: record.diskGiB };
}

export function ownerOf(record: { readonly owner?: string | undefined }): { owner?: string } {
  return record.owner === undefined ? {} : { owner: record.owner };
}
