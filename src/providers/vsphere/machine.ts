import { z } from 'zod';
import { type Machine, ProviderError } from '../provider.ts';
import { type Device, device, isCard, isDisk } from './devices.ts';
import { type ExtraConfig, extraConfig, keys } from './extra-config.ts';
import { isFault } from './vim/fault.ts';
import { type Read, read, readChildren } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import type { Vim } from './vim/vim.ts';

const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));

// vCenter gives no configuration of a machine that is just being cloned.
const shape = {
  name: z.string(),
  'runtime.powerState': z.enum(['poweredOn', 'poweredOff', 'suspended']),
  'config.extraConfig': extraConfig.optional(),
  'config.hardware.device': z.array(device).optional(),
  'config.hardware.numCPU': z.number().optional(),
  'config.hardware.memoryMB': z.number().optional(),
  'guest.toolsRunningStatus': z.string().optional(),
  'guest.ipAddress': z.string().optional(),
  'guest.net': list(z.looseObject({ deviceConfigId: z.coerce.number(), ipAddress: list(z.string()) })),
};

/** What changes while a machine starts or stops. */
export const livePaths = [
  'runtime.powerState',
  'guest.toolsRunningStatus',
  'guest.ipAddress',
  'guest.net',
  'config.extraConfig',
];

/** A virtual machine that Cornac made. */
export interface VirtualMachine {
  readonly ref: Ref;
  readonly name: string;
  readonly owner?: string;
  readonly isOn: boolean;
  readonly extraConfig: ExtraConfig;
  readonly dataDisk: Device | undefined;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly hasTools: boolean;
  /** What its first network card has, as VMware Tools tell. */
  readonly addresses: readonly string[];
}

/** Looks for a name among the folder's children: ours, somebody else's, or one that is being made. */
export async function lookUp(
  vim: Vim,
  folder: Ref,
  name: string,
): Promise<VirtualMachine | 'foreign' | 'unborn' | undefined> {
  const { searchIndex } = await vim.content();
  const found = (await vim.call('FindChild', { _this: searchIndex, entity: folder, name })) as
    | Ref
    | undefined;
  if (!found) return undefined;
  if (found.type !== 'VirtualMachine') return 'foreign';
  const properties = await read(vim, found, shape).catch((error) => {
    if (isFault(error, 'ManagedObjectNotFound')) return undefined; // it went between the two calls
    throw error;
  });
  return properties && interpret(found, properties);
}

/** The machine as it is now. @throws ProviderError MachineNotFound */
export async function getMachine(vim: Vim, folder: Ref, name: string): Promise<VirtualMachine> {
  const found = await lookUp(vim, folder, name);
  if (typeof found === 'object') return found;
  const reason = found === 'foreign' ? '; one of that name was not made by Cornac' : '';
  throw new ProviderError('MachineNotFound', `there is no machine ${name}${reason}`);
}

/** All machines of ours in the folder. */
export async function listOurs(vim: Vim, folder: Ref): Promise<VirtualMachine[]> {
  const found = await readChildren(vim, folder, 'VirtualMachine', shape);
  return found
    .map(({ ref, properties }) => interpret(ref, properties))
    .filter((machine) => typeof machine === 'object');
}

function interpret(ref: Ref, found: Read<typeof shape>): VirtualMachine | 'foreign' | 'unborn' {
  const { name, 'config.extraConfig': extra, 'config.hardware.device': devices } = found;
  if (!extra || !devices) return 'unborn';
  if (extra.get(keys.machine) !== name) return 'foreign';
  const owner = extra.get(keys.owner);
  const card = devices.find(isCard);
  const place = extra.get(keys.dataDisk);
  const own = found['guest.net'].filter(({ deviceConfigId }) => deviceConfigId === card?.key);
  return {
    ref,
    name,
    ...(owner && { owner }),
    isOn: found['runtime.powerState'] === 'poweredOn',
    extraConfig: extra,
    dataDisk: devices.find((disk) => isDisk(disk) && `${disk.controllerKey}:${disk.unitNumber}` === place),
    cpus: found['config.hardware.numCPU'] ?? 0,
    memoryMiB: found['config.hardware.memoryMB'] ?? 0,
    hasTools: found['guest.toolsRunningStatus'] === 'guestToolsRunning',
    addresses: [...own.flatMap(({ ipAddress }) => ipAddress), found['guest.ipAddress'] ?? ''].filter(Boolean),
  };
}

/** The machine as the port has it. */
export const toMachine = ({ name, owner, isOn, dataDisk }: VirtualMachine): Machine => ({
  name,
  ...(owner && { owner }),
  state: isOn ? 'running' : 'stopped',
  diskGiB: Math.floor((dataDisk?.capacityInKB ?? 0) / 1024 ** 2),
});
