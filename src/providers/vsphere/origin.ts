import { z } from 'zod';
import { KIB_PER_GIB } from '../../system/units.ts';
import { ProviderError } from '../provider.ts';
import { words } from '../words.ts';
import { explainConnection } from './connection.ts';
import { type Device, device, isDisk, isScsi } from './devices.ts';
import { type ExtraConfig, extraConfig, keys } from './extra-config.ts';
import { type Snapshot, snapshots } from './snapshots.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { ref } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';

/** The machine that new machines are cloned from. */
export interface Origin {
  readonly ref: Ref;
  readonly devices: readonly Device[];
  readonly resourcePool: Ref | undefined;
  /** True for a vCenter template, false for a virtual machine. */
  readonly isTemplate: boolean;
  readonly isOff: boolean;
  /** Time of the last power-on, as `Date.now()` counts; absent while it is off. */
  readonly bootedAt: number | undefined;
  readonly snapshots: readonly Snapshot[];
  readonly currentSnapshot: Ref | undefined;
  readonly extraConfig: ExtraConfig;
  readonly annotation: string;
  /** The size of a full clone's disks. */
  readonly diskGiB: number;
}

const shape = {
  'runtime.connectionState': z.string().optional(),
  'config.hardware.device': z.array(device).optional(),
  'config.extraConfig': extraConfig.optional(),
  'config.annotation': z.string().optional(),
  resourcePool: ref.optional(),
  'config.template': z.boolean().optional(),
  'runtime.powerState': z.string(),
  'runtime.bootTime': z.string().optional(),
  'snapshot.rootSnapshotList': snapshots,
  'snapshot.currentSnapshot': ref.optional(),
};

/**
 * The current state of the origin. `chooseBase` decides which state clones start from.
 * @throws ProviderError Unavailable where vCenter cannot read it
 */
export async function readOrigin(vim: Vim, origin: Ref): Promise<Origin> {
  const found = await read(vim, origin, shape);
  // Its clones would keep its name and its host key, because a machine makes both only at its first boot.
  if (found['config.extraConfig']?.has(keys.machine)) {
    throw new ProviderError('Configuration', "MACHINE_ORIGIN: the origin is one of Cornac's own machines");
  }
  const { 'config.hardware.device': devices, 'runtime.connectionState': connection = 'connected' } = found;
  if (!devices) {
    const reason = explainConnection(connection);
    throw new ProviderError(
      'Unavailable',
      `MACHINE_ORIGIN: vCenter cannot read the origin (${connection}): ${reason}`,
    );
  }
  const bootTime = found['runtime.bootTime'];
  const kib = devices.filter(isDisk).reduce((sum, { capacityInKB = 0 }) => sum + capacityInKB, 0);
  return {
    ref: origin,
    devices,
    resourcePool: found.resourcePool,
    isTemplate: found['config.template'] ?? false,
    isOff: found['runtime.powerState'] === 'poweredOff',
    bootedAt: bootTime === undefined ? undefined : Date.parse(bootTime),
    snapshots: found['snapshot.rootSnapshotList'],
    currentSnapshot: found['snapshot.currentSnapshot'],
    extraConfig: found['config.extraConfig'] ?? new Map(),
    annotation: found['config.annotation'] ?? '',
    diskGiB: kib / KIB_PER_GIB,
  };
}

/** The guest expects its data disk at this unit: `data_disks` of the appliance. */
const UNIT_NUMBER = 1;

/**
 * The only place, on the first SCSI controller, where the guest finds its data disk.
 * @throws ProviderError Configuration where no such controller exists, or where another device has the place
 */
export function dataDiskPlace(devices: readonly Device[]): {
  readonly controllerKey: number;
  readonly unitNumber: number;
} {
  const controllers = devices.filter(isScsi);
  for (const { key, busNumber = 0 } of controllers) {
    const other = devices.find((device) => device.controllerKey === key && device.unitNumber === UNIT_NUMBER);
    if (!other) continue;
    const place = `SCSI(${busNumber}:${UNIT_NUMBER})`;
    throw new ProviderError(
      'Configuration',
      `MACHINE_ORIGIN: the origin has ${other.deviceInfo?.label ?? other.$type} at ${place}, where guests expect their data disk: remove it, or move it to another place`,
    );
  }
  const controller = controllers.find(({ $type }) => $type !== 'VirtualBusLogicController');
  if (controller) return { controllerKey: controller.key, unitNumber: UNIT_NUMBER };
  throw new ProviderError(
    'Configuration',
    'MACHINE_ORIGIN: the origin has no SCSI controller for the data disk: add one, VMware Paravirtual or LSI Logic Parallel',
  );
}

/**
 * PostgreSQL versions of the origin, from its advanced configuration, from a line of its notes, or from IAAS.
 * The advanced configuration of a template cannot be edited, but its notes can.
 * @throws ProviderError Configuration
 */
export function engineVersions(
  { extraConfig, annotation }: Pick<Origin, 'extraConfig' | 'annotation'>,
  configured: readonly string[],
): string[] {
  const noted = new RegExp(`^${keys.engineVersions.replace('.', '\\.')}\\s*[:=](.*)$`, 'm').exec(
    annotation,
  )?.[1];
  const reported = words(extraConfig.get(keys.engineVersions) ?? noted);
  const versions = reported.length > 0 ? reported : [...configured];
  if (versions.length === 0) {
    const hint = `write "${keys.engineVersions} = " and the versions in /etc/cornac/versions on the origin, such as 15.14, into its notes, or engine_versions=15.14 into IAAS`;
    throw new ProviderError(
      'Configuration',
      `MACHINE_ORIGIN: the origin does not name its PostgreSQL versions; ${hint}`,
    );
  }
  return versions;
}
