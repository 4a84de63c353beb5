import { z } from 'zod';
import type { Pause } from '../../model/server/pause.ts';
import { oneLine } from '../../system/one-line.ts';
import { KIB_PER_GIB } from '../../system/units.ts';
import type { Machine } from '../provider.ts';
import { isUnreachableIn } from './connection.ts';
import type { Context } from './context.ts';
import { countCards, type Device, device, firstCard, isDisk, placeOf } from './devices.ts';
import { type ExtraConfig, extraConfig, keys } from './extra-config.ts';
import { findForeignDisks } from './foreign-disks.ts';
import { nameOf } from './machine-name.ts';
import type { UnreachableMachine } from './unreachable.ts';
import type { Read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref as reference } from './vim/shapes.ts';

/** A question of the hypervisor to an operator. The machine is paused until it is answered. */
const question = z.looseObject({ text: z.string() });

// vCenter returns no configuration while a machine is being cloned, or when its files cannot be read.
export const machineShape = {
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

export const NO_TOOLS = 'VMware Tools do not run (the origin required open-vm-tools)';

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

export function interpret(
  context: Context,
  ref: Ref,
  found: Read<typeof machineShape>,
): VirtualMachine | 'foreign' | UnreachableMachine {
  const { 'config.extraConfig': extra, 'config.hardware.device': devices } = found;
  const name = nameOf(context, ref, found.name);
  const connection = found['runtime.connectionState'] ?? 'connected';
  const host = found['runtime.host'];
  const isOn = found['runtime.powerState'] === 'poweredOn';
  if (isUnreachableIn(connection) || !extra || !devices)
    return { isUnreachable: true, ref, name, isOn, connection, host };
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
