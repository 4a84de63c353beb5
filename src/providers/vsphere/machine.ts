import { z } from 'zod';
import { oneLine } from '../../one-line.ts';
import { type Machine, type Pause, ProviderError } from '../provider.ts';
import type { Context } from './context.ts';
import { countCards, type Device, device, firstCard, isDisk } from './devices.ts';
import { type ExtraConfig, extraConfig, keys } from './extra-config.ts';
import { isFault } from './vim/fault.ts';
import { type Read, read, readAll, readMachinesBelow } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref as reference } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';

const LIST_TRIES = 5;

/** What a machine's hypervisor asks a person. Until it is answered the machine stands still. */
const question = z.looseObject({ text: z.string() });

// vCenter gives no configuration of a machine that is just being cloned.
const shape = {
  name: z.string(),
  'runtime.powerState': z.enum(['poweredOn', 'poweredOff', 'suspended']),
  'runtime.connectionState': z.string().optional(),
  'runtime.host': reference.optional(),
  'runtime.question': question.optional(),
  'config.extraConfig': extraConfig.optional(),
  'config.hardware.device': z.array(device).optional(),
  'config.hardware.numCPU': z.number().optional(),
  'config.hardware.memoryMB': z.number().optional(),
  'guest.toolsRunningStatus': z.string().optional(),
  'guest.ipAddress': z.string().optional(),
  'guest.net': listOf(z.looseObject({ deviceConfigId: z.coerce.number(), ipAddress: listOf(z.string()) })),
};

export const noTools = 'VMware Tools do not run (the origin needs open-vm-tools)';

/** What changes while a machine starts or stops. */
export const livePaths = [
  'runtime.powerState',
  'runtime.connectionState',
  'runtime.question',
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
  readonly paused?: Pause;
  /** `connected`, or what is wrong between vCenter, the host and the machine's files. */
  readonly connection: string;
  readonly host: Ref | undefined;
  readonly extraConfig: ExtraConfig;
  readonly dataDisk: Device | undefined;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly hasTools: boolean;
  readonly cards: number;
  /** What its first network card has, as VMware Tools tell. */
  readonly addresses: readonly string[];
}

type Look = VirtualMachine | 'foreign' | 'unborn' | undefined;

/**
 * Looks for a name in the whole datacenter: ours, somebody else's, or one that is being made. One that was found before
 * is asked itself.
 * @throws ProviderError Conflict where two of ours have the name, and neither is in the folder of new machines
 */
export async function lookUp(context: Context, name: string): Promise<Look> {
  const { vim, places, known } = context;
  const kept = known.get(name);
  const before = kept && (await look(vim, kept));
  if (typeof before === 'object' && before.name === name) return before;
  known.delete(name);
  const refs = await search(vim, await places.getDatacenter(), (found) => found === name);
  const found = await Promise.all(refs.map((ref) => look(vim, ref)));
  const ours = found.filter((one) => typeof one === 'object');
  const machine = ours.length > 1 ? await chooseOne(context, ours, name) : ours[0];
  if (!machine) return found.includes('unborn') ? 'unborn' : found[0];
  known.set(name, machine.ref);
  return machine;
}

async function chooseOne({ vim, places }: Context, ours: readonly VirtualMachine[], name: string) {
  const here = await lookInFolder(vim, await places.getFolder(), name);
  if (typeof here === 'object') return here;
  throw new ProviderError(
    'Conflict',
    `${ours.length} machines in the datacenter are called ${name}: name the folder of the one that is meant in IAAS (folder=)`,
  );
}

/** Looks for a name among the folder's children: whatever has it is in the way of a new machine. */
export async function lookInFolder(vim: Vim, folder: Ref, name: string): Promise<Look> {
  const { searchIndex } = await vim.content();
  const found = (await vim.call('FindChild', { _this: searchIndex, entity: folder, name })) as
    | Ref
    | undefined;
  if (!found) return undefined;
  return found.type === 'VirtualMachine' ? look(vim, found) : 'foreign';
}

async function look(vim: Vim, ref: Ref): Promise<Look> {
  const properties = await read(vim, ref, shape).catch((error) => {
    if (isFault(error, 'ManagedObjectNotFound')) return undefined; // it went between the two calls
    throw error;
  });
  return properties && interpret(ref, properties);
}

/** The machine as it is now. @throws ProviderError MachineNotFound */
export async function getMachine(context: Context, name: string): Promise<VirtualMachine> {
  const found = await lookUp(context, name);
  if (typeof found === 'object') return found;
  const reason = found === 'foreign' ? '; one of that name was not made by Cornac' : '';
  throw new ProviderError('MachineNotFound', `there is no machine ${name}${reason}`);
}

/** All machines of ours in the datacenter whose name `isOurs`. */
export async function listOurs(
  { vim, places }: Context,
  isOurs: (name: string) => boolean,
): Promise<VirtualMachine[]> {
  const root = await places.getDatacenter();
  for (let tries = 1; ; tries++) {
    try {
      const found = await readAll(vim, 'VirtualMachine', await search(vim, root, isOurs), shape);
      return found
        .map(({ ref, properties }) => interpret(ref, properties))
        .filter((machine) => typeof machine === 'object');
    } catch (error) {
      // One of them went between the two calls.
      if (!isFault(error, 'ManagedObjectNotFound') || tries === LIST_TRIES) throw error;
    }
  }
}

/** Others' machines are in the datacenter, too, in any state: no more is read of them than their names. */
async function search(vim: Vim, root: Ref, accepts: (name: string) => boolean): Promise<Ref[]> {
  const found = await readMachinesBelow(vim, root, { name: z.string().optional() });
  return found.filter(({ properties: { name = '' } }) => accepts(name)).map(({ ref }) => ref);
}

function interpret(ref: Ref, found: Read<typeof shape>): VirtualMachine | 'foreign' | 'unborn' {
  const { name, 'config.extraConfig': extra, 'config.hardware.device': devices } = found;
  if (!extra || !devices) return 'unborn';
  if (extra.get(keys.machine) !== name) return 'foreign';
  const owner = extra.get(keys.owner);
  const card = firstCard(devices);
  const cards = countCards(devices);
  const place = extra.get(keys.dataDisk);
  const own = found['guest.net'].filter(({ deviceConfigId }) => deviceConfigId === card?.key);
  return {
    ref,
    name,
    ...(owner && { owner }),
    isOn: found['runtime.powerState'] === 'poweredOn',
    ...pauseOf(found['runtime.powerState'], found['runtime.question']),
    connection: found['runtime.connectionState'] ?? 'connected',
    host: found['runtime.host'],
    extraConfig: extra,
    dataDisk: devices.find((disk) => isDisk(disk) && `${disk.controllerKey}:${disk.unitNumber}` === place),
    cpus: found['config.hardware.numCPU'] ?? 0,
    memoryMiB: found['config.hardware.memoryMB'] ?? 0,
    hasTools: found['guest.toolsRunningStatus'] === 'guestToolsRunning',
    cards,
    // The guest's own choice may be another card's.
    addresses: [
      ...own.flatMap(({ ipAddress }) => ipAddress),
      ...(cards > 1 ? [] : [found['guest.ipAddress'] ?? '']),
    ].filter(Boolean),
  };
}

const pauseOf = (power: string, asked: z.output<typeof question> | undefined): { paused?: Pause } => {
  if (power === 'suspended') return { paused: { reason: 'person', detail: 'by a person (suspended)' } };
  if (asked === undefined) return {};
  const text = oneLine(asked.text).trim();
  return { paused: { reason: 'question', detail: `until a person answers in vCenter: ${text}` } };
};

/** The machine as the port has it. */
export const toMachine = ({ name, owner, isOn, paused, dataDisk }: VirtualMachine): Machine => ({
  name,
  ...(owner && { owner }),
  state: isOn ? 'running' : 'stopped',
  ...(paused && { paused }),
  diskGiB: Math.floor((dataDisk?.capacityInKB ?? 0) / 1024 ** 2),
});
