import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import { type Device, device, freeScsiUnit, hasScsi, isDisk } from './devices.ts';
import { type ExtraConfig, extraConfig, keys } from './extra-config.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import type { Vim } from './vim/vim.ts';

/** The machine that others are cloned from. */
export interface Origin {
  readonly ref: Ref;
  readonly devices: readonly Device[];
  readonly resourcePool: Ref | undefined;
  readonly snapshot: Ref | undefined;
  readonly extraConfig: ExtraConfig;
  readonly annotation: string;
  /** Where the data disk goes. */
  readonly diskPlace: { readonly controllerKey: number; readonly unitNumber: number };
  /** What a full clone takes. */
  readonly diskGiB: number;
}

const ref = z.object({ type: z.string(), value: z.string() });

const shape = {
  'config.hardware.device': z.array(device),
  'config.extraConfig': extraConfig.optional(),
  'config.annotation': z.string().optional(),
  resourcePool: ref.optional(),
  'snapshot.currentSnapshot': ref.optional(),
};

/** @throws ProviderError Configuration where nothing can be cloned from it */
export async function readOrigin(vim: Vim, origin: Ref, clone: 'auto' | 'linked' | 'full'): Promise<Origin> {
  const found = await read(vim, origin, shape);
  const devices = found['config.hardware.device'];
  const diskPlace = freeScsiUnit(devices);
  if (!diskPlace) {
    const lack = hasScsi(devices) ? 'no free place on its SCSI controller' : 'no SCSI controller';
    throw new ProviderError('Configuration', `MACHINE_ORIGIN: the origin has ${lack} for the data disk`);
  }
  const snapshot = found['snapshot.currentSnapshot'];
  if (clone === 'linked' && !snapshot) {
    const hint = 'make one while it is off, or set clone=full in IAAS';
    throw new ProviderError(
      'Configuration',
      `MACHINE_ORIGIN: the origin has no snapshot to link to; ${hint}`,
    );
  }
  const kib = devices.filter(isDisk).reduce((sum, { capacityInKB = 0 }) => sum + capacityInKB, 0);
  return {
    ref: origin,
    devices,
    resourcePool: found.resourcePool,
    snapshot: clone === 'full' ? undefined : snapshot,
    extraConfig: found['config.extraConfig'] ?? new Map(),
    annotation: found['config.annotation'] ?? '',
    diskPlace,
    diskGiB: kib / 1024 ** 2,
  };
}

/**
 * Versions of PostgreSQL on the origin, from its advanced configuration, from a line of its notes, or from IAAS: those
 * of a template proper cannot be configured, but noted. @throws ProviderError Configuration
 */
export function engineVersions({ extraConfig, annotation }: Origin, configured: readonly string[]): string[] {
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
