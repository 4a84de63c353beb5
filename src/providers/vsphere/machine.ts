import { z } from 'zod';
import type { Pause } from '../../model/server/pause.ts';
import { oneLine } from '../../system/one-line.ts';
import { KIB_PER_GIB } from '../../system/units.ts';
import { type Machine, ProviderError } from '../provider.ts';
import { isCloning } from './cloning.ts';
import { CLONING, HIDDEN, isUnreachableIn } from './connection.ts';
import type { Context } from './context.ts';
import { countCards, type Device, device, firstCard, isDisk, placeOf } from './devices.ts';
import { type ExtraConfig, extraConfig, keys } from './extra-config.ts';
import { findForeignDisks } from './foreign-disks.ts';
import { nameOf } from './machine-name.ts';
import { readAgainWhenOneGoes } from './read-again.ts';
import { refuseHidden, search } from './search.ts';
import { isUnreachable, requireReachable, type UnreachableMachine } from './unreachable.ts';
import { isFault } from './vim/fault.ts';
import { type Read, read, readAll } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref as reference } from './vim/shapes.ts';

/** A question of the hypervisor to an operator. The machine is paused until it is answered. */
const question = z.looseObject({ text: z.string() });

// vCenter returns no configuration while a machine is being cloned, or when its files cannot be read.
const shape = {
  name: z.string(),
  'runtime.powerState': z.enum(['poweredOn', 'poweredOff', 'suspended']),
  'runtime.connectionState': z.string().optional(),
  'runtime.host': reference.optional(),
  'runtime.question': question.optional(),
  'config.extraConfig': extraConfig.optional(),
  'config.files.vmPathName': z.string().optional(),
  'config.hardware.device': z.array(device).optional(),
  'config.hardware.numCPU': z.number().optional(),
  'config.hardware.memoryMB': z.number().optional(),
  'guest.toolsRunningStatus': z.string().optional(),
  'guest.ipAddress': z.string().optional(),
  'guest.net': listOf(z.looseObject({ deviceConfigId: z.coerce.number(), ipAddress: listOf(z.string()) })),
};

export const NO_TOOLS = 'VMware Tools do not run (the origin requires open-vm-tools)';

/** Properties that change while a machine starts or stops. */
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
  /** Paths of disks that Cornac did not put into it. */
  readonly foreignDisks: readonly string[];
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly hasTools: boolean;
  readonly cards: number;
  /** The addresses of its first network card, as VMware Tools report them. */
  readonly addresses: readonly string[];
}

type Found = VirtualMachine | 'foreign' | 'cloning' | undefined;

/**
 * Finds a machine by name in the whole datacenter: Cornac's, foreign, or being cloned. A machine that was
 * found before is read by its reference.
 * @throws ProviderError Conflict where two of Cornac's machines have the name and neither is in the folder of
 *   new machines; Unavailable where vCenter cannot read the machine; Unauthorized where the account may not
 *   see a machine that may be the one
 */
export async function lookUp(context: Context, name: string): Promise<Found> {
  return requireReachable(context.vim, await seek(context, name));
}

/** Like `lookUp`, but returns a machine that vCenter cannot read instead of an error. */
export async function seek(context: Context, name: string): Promise<Found | UnreachableMachine> {
  const { places, known } = context;
  const kept = known.get(name);
  const before = kept && (await look(context, kept));
  if (before === 'cloning') return before;
  if (typeof before === 'object' && !isUnreachable(before) && before.name === name) return before;
  const { named, hidden } = await search(context, await places.getDatacenter());
  const refs = named.filter((each) => each.name === name).map(({ ref }) => ref);
  const found = await Promise.all(refs.map((ref) => look(context, ref)));
  const ours = found.filter((one): one is VirtualMachine => typeof one === 'object' && !isUnreachable(one));
  const machine = ours.length > 1 ? await chooseOne(context, ours, name) : ours[0];
  // A machine that cannot be read may have been renamed meanwhile.
  const unreachable = [...found, before].find(isUnreachable);
  const seen = machine ?? unreachable ?? found.find((one) => one === 'cloning') ?? found[0];
  const ref = typeof seen === 'object' ? seen.ref : seen === 'cloning' && refs[found.indexOf(seen)];
  if (!seen) {
    const unknown = hidden.filter((ref) => !isKnown(context, ref));
    await refuseHidden(context, `vCenter lists no machine ${name}`, unknown);
  }
  if (ref) known.set(name, ref);
  else known.delete(name);
  return seen;
}

function isKnown({ known }: Context, ref: Ref): boolean {
  return [...known.values()].some(({ value }) => value === ref.value);
}

async function chooseOne(context: Context, ours: readonly VirtualMachine[], name: string) {
  const here = await lookInFolder(context, await context.places.getFolder(), name);
  if (typeof here === 'object') return here;
  throw new ProviderError(
    'Conflict',
    `${ours.length} machines in the datacenter have the name ${name}: name the folder of the intended machine in IAAS (folder=)`,
  );
}

/**
 * Finds a child of the folder by name. Any child with that name blocks a new machine.
 * @throws ProviderError Unavailable where vCenter cannot read it
 */
export async function lookInFolder(context: Context, folder: Ref, name: string): Promise<Found> {
  const { vim } = context;
  const { searchIndex } = await vim.content();
  const found = await vim.call('FindChild', { _this: searchIndex, entity: folder, name });
  if (!found) return undefined;
  return found.type === 'VirtualMachine' ? requireReachable(vim, await look(context, found)) : 'foreign';
}

async function look(context: Context, ref: Ref): Promise<Found | UnreachableMachine> {
  const found = await readMachine(context, ref);
  if (!isUnreachable(found) || !mayBeCloning(context, found)) return found;
  if (await isCloning(context)) return 'cloning';
  return readMachine(context, ref); // its clone may have ended meanwhile
}

/** Whether a machine without configuration may be a running clone. It is not when it had one before. */
function mayBeCloning({ whole }: Context, { connection, ref }: UnreachableMachine): boolean {
  return connection === 'connected' && !whole.has(ref.value);
}

async function readMachine(context: Context, ref: Ref): Promise<Found | UnreachableMachine> {
  const properties = await read(context.vim, ref, shape).catch((error) => {
    if (isFault(error, 'ManagedObjectNotFound')) return undefined; // deleted between the two calls
    throw error;
  });
  return properties && interpret(context, ref, properties);
}

/** The current state of the machine. @throws ProviderError MachineNotFound */
export async function getMachine(context: Context, name: string): Promise<VirtualMachine> {
  const found = await lookUp(context, name);
  if (typeof found === 'object') return found;
  const reason = found === 'foreign' ? '; a machine with this name was not created by Cornac' : '';
  throw new ProviderError('MachineNotFound', `machine ${name} does not exist${reason}`);
}

/** Cornac's machines, as far as the account can list them. */
export interface Listed {
  /** "Away": machines that vCenter cannot read, that are being cloned, or that the account no longer sees. */
  readonly machines: readonly (VirtualMachine | UnreachableMachine)[];
  /** Machines that the account may not see; their owner is unknown. */
  readonly hidden: readonly Ref[];
}

/** All machines in the datacenter whose name satisfies `isOurs`. */
export async function listOurs(context: Context, isOurs: (name: string) => boolean): Promise<Listed> {
  const { vim, places } = context;
  const root = await places.getDatacenter();
  return readAgainWhenOneGoes(async () => {
    const { named, hidden } = await search(context, root);
    const refs = named.filter(({ name }) => isOurs(name)).map(({ ref }) => ref);
    const found = await readAll(vim, 'VirtualMachine', refs, shape);
    const machines = await Promise.all(
      found.map(async ({ ref, properties }) => {
        const machine = interpret(context, ref, properties);
        if (!isUnreachable(machine) || !mayBeCloning(context, machine)) return machine;
        const again = await look(context, ref);
        return again === 'cloning' ? { ...machine, connection: CLONING } : again;
      }),
    );
    const seen = new Set(named.map(({ ref }) => ref.value));
    const missed = [...context.known].filter(([name, { value }]) => isOurs(name) && !seen.has(value));
    const others = await Promise.all(missed.map(([name, ref]) => readMissed(context, name, ref)));
    return {
      machines: [...machines, ...others].filter((machine) => typeof machine === 'object'),
      hidden: hidden.filter((ref) => !isKnown(context, ref)),
    };
  });
}

/** A known machine that is missing from the list: deleted, or only hidden. */
async function readMissed(context: Context, name: string, ref: Ref): Promise<Found | UnreachableMachine> {
  const found = await readMachine(context, ref).catch((error): UnreachableMachine => {
    if (!isFault(error, 'NoPermission')) throw error;
    return { isUnreachable: true, ref, name, isOn: false, connection: HIDDEN, host: undefined };
  });
  if (!found && context.known.get(name) === ref) context.known.delete(name);
  return found;
}

function interpret(
  context: Context,
  ref: Ref,
  found: Read<typeof shape>,
): VirtualMachine | 'foreign' | UnreachableMachine {
  const { 'config.extraConfig': extra, 'config.hardware.device': devices } = found;
  const name = nameOf(context, ref, found.name);
  const connection = found['runtime.connectionState'] ?? 'connected';
  const host = found['runtime.host'];
  const isOn = found['runtime.powerState'] === 'poweredOn';
  if (isUnreachableIn(connection) || !extra || !devices) {
    return { isUnreachable: true, ref, name, isOn, connection, host };
  }
  context.whole.add(ref.value);
  if (extra.get(keys.machine) !== name) return 'foreign';
  const owner = extra.get(keys.owner);
  const card = firstCard(devices);
  const cards = countCards(devices);
  const place = extra.get(keys.dataDisk);
  const dataDisk = devices.find((disk) => isDisk(disk) && placeOf(disk) === place);
  const originDisks = extra.get(keys.originDisks);
  const home = found['config.files.vmPathName'];
  const own = found['guest.net'].filter(({ deviceConfigId }) => deviceConfigId === card?.key);
  return {
    ref,
    name,
    ...(owner && { owner }),
    isOn,
    ...pauseOf(found['runtime.powerState'], found['runtime.question']),
    connection,
    host,
    extraConfig: extra,
    dataDisk,
    foreignDisks: findForeignDisks({ name, devices, dataDisk, originDisks, home }),
    cpus: found['config.hardware.numCPU'] ?? 0,
    memoryMiB: found['config.hardware.memoryMB'] ?? 0,
    hasTools: found['guest.toolsRunningStatus'] === 'guestToolsRunning',
    cards,
    // guest.ipAddress is the guest's choice and may belong to another card.
    addresses: [
      ...own.flatMap(({ ipAddress }) => ipAddress),
      ...(cards > 1 ? [] : [found['guest.ipAddress'] ?? '']),
    ].filter(Boolean),
  };
}

function pauseOf(power: string, asked: z.output<typeof question> | undefined): { paused?: Pause } {
  if (power === 'suspended') return { paused: { reason: 'person', detail: 'by a person (suspended)' } };
  if (asked === undefined) return {};
  const text = oneLine(asked.text).trim();
  return { paused: { reason: 'question', detail: `until a person answers in vCenter: ${text}` } };
}

/** The machine in the form of the provider port. */
export function toMachine({ name, owner, isOn, paused, dataDisk }: VirtualMachine): Machine {
  return {
    name,
    ...(owner && { owner }),
    state: isOn ? 'running' : 'stopped',
    ...(paused && { paused }),
    diskGiB: Math.floor((dataDisk?.capacityInKB ?? 0) / KIB_PER_GIB),
  };
}
