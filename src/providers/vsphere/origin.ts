import { z } from 'zod';
import { KIB_PER_GIB } from '../../system/units.ts';
import { ProviderError } from '../provider.ts';
import { explainConnection } from './connection.ts';
import { type Device, device, isDisk, isScsi } from './devices.ts';
import { type ExtraConfig, extraConfig, keys } from './extra-config.ts';
import { type Snapshot, snapshots } from './snapshots.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { ref } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';

/** The machine that others are cloned from. */
export interface Origin {
  readonly ref: Ref;
  readonly devices: readonly Device[];
  readonly resourcePool: Ref | undefined;
  /** A template proper, not a virtual machine. */
  readonly isTemplate: boolean;
  readonly isOff: boolean;
  /** When it was powered on, as `Date.now()` counts; absent while it is off. */
  readonly bootedAt: number | undefined;
  readonly snapshots: readonly Snapshot[];
  readonly currentSnapshot: Ref | undefined;
  readonly extraConfig: ExtraConfig;
  readonly annotation: string;
  /** What a full clone takes. */
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
 * The origin as it is now. What clones are made of is for `chooseBase` to say.
 * @throws ProviderError Unavailable where vCenter cannot read it
 */
export async function readOrigin(vim: Vim, origin: Ref): Promise<Origin> {
  const found = await read(vim, origin, shape);
  // Its clones would keep its name and its host key: what a machine's first boot has made is final.
  if (found['config.extraConfig']?.has(keys.machine)) {
    throw new ProviderError('Configuration', "MACHINE_ORIGIN: the origin is one of Cornac's own machines");
  }
  const { 'config.hardware.device': devices, 'runtime.connectionState': connection = 'connected' } = found;
  if (!devices) {
    const why = explainConnection(connection);
    throw new ProviderError(
      'Unavailable',
      `MACHINE_ORIGIN: vCenter cannot read the origin (${connection}): ${why}`,
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

/** The guest looks for its data disk there: `data_disks` of the appliance. */
const UNIT_NUMBER = 1;

/**
 * The place on its first SCSI controller where the guest finds the data disk, and only that one.
 * @throws ProviderError Configuration where there is none, or something that the guest would take for it
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
      `MACHINE_ORIGIN: the origin has ${other.deviceInfo?.label ?? other.$type} at ${place}, where guests look for their data disk: remove it, or move it to another place`,
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
 * Versions of PostgreSQL on the origin, from its advanced configuration, from a line of its notes, or from IAAS: those
 * of a template proper cannot be configured, but noted. @throws ProviderError Configuration
 */
export function engineVersions(
  { extraConfig, annotation }: Pick<Origin, 'extraConfig' | 'annotation'>,
  configured: readonly string[],
): string[] {
  const noted = new RegExp(`^${keys.engineVersions.replace('.', '\\.')}\\s*[:=](.*)$`, 'm').exec(
    annotation,
  )?.[1];
  const told = (extraConfig.get(keys.engineVersions) ?? noted ?? '').split(/[\s,]+/).filter(Boolean);
  const versions = told.length > 0 ? told : [...configured];
  if (versions.length === 0) {
    const hint = `write "${keys.engineVersions} = 15.14" into its notes, or engine_versions=15.14 into IAAS`;
    throw new ProviderError(
      'Configuration',
      `MACHINE_ORIGIN: the origin does not tell its PostgreSQL versions; ${hint}`,
    );
  }
  return versions;
}
