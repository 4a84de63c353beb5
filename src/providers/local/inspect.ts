import { readdir } from 'node:fs/promises';
import { type Machine, ProviderError } from '../provider.ts';
import type { Context } from './context.ts';
import { isListening } from './ports.ts';
import { type FoundRecord, findRecord } from './record.ts';

export function isMachineName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(name);
}

/** Names of this Cornac's machines. */
export async function machineNames({ layout, options }: Context): Promise<string[]> {
  return (await readdir(layout.machines)).filter((name) => name.startsWith(options.machinePrefix));
}

/** Undefined where no such machine exists. @throws ProviderError Conflict when the record is damaged */
export async function findNamedRecord({ layout }: Context, name: string): Promise<FoundRecord | undefined> {
  return isMachineName(name) ? findRecord(name, layout) : undefined;
}

/** @throws ProviderError MachineNotFound; Conflict when the record is damaged */
export async function getRecord(context: Context, name: string): Promise<FoundRecord> {
  const record = await findNamedRecord(context, name);
  if (!record) throw new ProviderError('MachineNotFound', `machine ${name} does not exist`);
  return record;
}

/** Undefined also for a damaged record, because it proves nothing. */
export function findSoundRecord({ layout }: Context, name: string): Promise<FoundRecord | undefined> {
  return findRecord(name, layout).catch((error) => {
    if (error instanceof ProviderError && error.code === 'Conflict') return undefined;
    throw error;
  });
}

/** Whether an earlier Cornac made the machine, or made it when machines had other users. */
export function requiresTakeOver({ accounts }: Context, { untrusted, uid, address }: FoundRecord): boolean {
  return accounts.isolation !== 'self' && (untrusted || uid !== accounts.of(address).uid);
}

/** A machine of an earlier Cornac counts as stopped, so that it is started again in the present form. */
export async function getState(context: Context, record: FoundRecord): Promise<Machine['state']> {
  if (requiresTakeOver(context, record)) return 'stopped';
  const listen = { host: record.address, port: record.sshPort };
  return (await isListening(listen, context.accounts.of(record.address).uid)) ? 'running' : 'stopped';
}

/** The machine with this name. A damaged record does not hide a machine: its start reports the damage. */
export async function findMachine(context: Context, name: string): Promise<Machine | undefined> {
  if (!(await machineNames(context)).includes(name)) return undefined;
  const record = await findSoundRecord(context, name);
  if (!record) return { name, state: 'stopped', diskGiB: 0 };
  return { name, ...ownerOf(record), state: await getState(context, record), diskGiB: record.diskGiB };
}

export function ownerOf(record: { readonly owner?: string | undefined }): { owner?: string } {
  return record.owner === undefined ? {} : { owner: record.owner };
}
