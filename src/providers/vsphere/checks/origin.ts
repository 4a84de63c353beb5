import { z } from 'zod';
import { right, unknown, wrong } from '../../check-results.ts';
import { type CheckResult, ProviderError } from '../../provider.ts';
import type { Context } from '../context.ts';
import { customization } from '../customization.ts';
import { countCards, type Device, device } from '../devices.ts';
import { extraConfig } from '../extra-config.ts';
import { dataDiskPlace, engineVersions } from '../origin.ts';
import type { VcenterSettings } from '../settings.ts';
import { type Read, read } from '../vim/properties.ts';
import type { Ref } from '../vim/schema.ts';
import { listOf, ref } from '../vim/shapes.ts';
import type { Vim } from '../vim/vim.ts';

const tree: z.ZodType<Snapshot> = z.lazy(() =>
  z.looseObject({
    snapshot: ref,
    name: z.string(),
    state: z.string(),
    childSnapshotList: listOf(tree).optional(),
  }),
) as z.ZodType<Snapshot>;

interface Snapshot {
  readonly snapshot: Ref;
  readonly name: string;
  readonly state: string;
  readonly childSnapshotList?: readonly Snapshot[];
}

const shape = {
  'config.hardware.device': listOf(device),
  'config.extraConfig': extraConfig.optional(),
  'config.annotation': z.string().optional(),
  'config.guestId': z.string().optional(),
  'config.template': z.boolean().optional(),
  'runtime.powerState': z.string().optional(),
  'guest.toolsVersionStatus2': z.string().optional(),
  'snapshot.currentSnapshot': ref.optional(),
  'snapshot.rootSnapshotList': listOf(tree),
  resourcePool: ref.optional(),
  datastore: listOf(ref),
};
export type OriginToCheck = Read<typeof shape>;

export const readForCheck = (vim: Vim, origin: Ref): Promise<OriginToCheck> => read(vim, origin, shape);

/** All that a clone would fail by, each by itself. */
export const checkOrigin = (origin: OriginToCheck, settings: VcenterSettings): CheckResult[] => [
  checkPower(origin),
  checkSnapshot(origin, settings),
  checkTools(origin),
  told('data disk', 'has its place free, at SCSI(0:1) or on another controller', () =>
    dataDiskPlace(origin['config.hardware.device']),
  ),
  checkVersions(origin, settings),
];

/** Whether vCenter would customize a machine such as the origin: it asks for nothing but the configuration. */
export async function checkCustomization(
  { vim, settings, dnsDomain }: Pick<Context, 'vim' | 'settings' | 'dnsDomain'>,
  origin: Ref,
  devices: readonly Device[],
): Promise<CheckResult[]> {
  const guest = {
    name: 'cornac-check',
    address: undefined,
    domain: dnsDomain,
    cards: countCards(devices) || 1,
  };
  await vim.call('CheckCustomizationSpec', { _this: origin, spec: customization(guest, settings) });
  return [right('customization', 'vCenter takes it of a machine such as the origin')];
}

function checkPower({ 'runtime.powerState': state = 'unknown' }: OriginToCheck): CheckResult {
  if (state === 'poweredOff') return right('origin', 'is off');
  const next = 'shut it down from within, which seals it, and take a new snapshot';
  return wrong('origin', `is ${state}: expected poweredOff, or its clones are not sealed`, next);
}

const flat = (snapshots: readonly Snapshot[]): Snapshot[] =>
  snapshots.flatMap((each) => [each, ...flat(each.childSnapshotList ?? [])]);

function checkSnapshot(origin: OriginToCheck, { clone }: VcenterSettings): CheckResult {
  const what = 'snapshot';
  if (clone === 'full') return right(what, 'none is needed: clone=full');
  const snapshots = flat(origin['snapshot.rootSnapshotList']);
  const current = origin['snapshot.currentSnapshot'];
  const taken = snapshots.find(({ snapshot }) => snapshot.value === current?.value);
  const make = 'shut the origin down, then make one: govc snapshot.create -vm PATH cornac';
  if (!taken) {
    if (clone === 'linked') return wrong(what, 'the origin has none, and IAAS says clone=linked', make);
    return unknown(what, 'the origin has none: whether a full copy for each machine is meant', make);
  }
  if (taken.state !== 'poweredOff') {
    const next = 'shut the origin down from within, which seals it, and take a new snapshot';
    return wrong(
      what,
      `${taken.name} was taken while the origin was ${taken.state}: its clones are not sealed`,
      next,
    );
  }
  if (snapshots.length === 1) return right(what, taken.name);
  const names = snapshots.map(({ name }) => name).join(', ');
  return unknown(
    what,
    `the origin has ${snapshots.length} (${names}): whether ${taken.name}, the current one, is meant`,
    'delete those that no machine hangs on, or name it with snapshot=NAME in IAAS',
  );
}

function checkTools({
  'guest.toolsVersionStatus2': status = 'guestToolsNotInstalled',
}: OriginToCheck): CheckResult {
  const what = 'VMware Tools';
  if (status !== 'guestToolsNotInstalled') return right(what, `vCenter knows of them (${status})`);
  return wrong(
    what,
    'vCenter knows of none on the origin, and refuses to customize its clones',
    'boot the origin on vSphere once until vCenter shows its tools as running, shut it down from within and take a new snapshot',
  );
}

const checkVersions = (origin: OriginToCheck, settings: VcenterSettings): CheckResult => {
  const notes = {
    extraConfig: origin['config.extraConfig'] ?? new Map<string, string>(),
    annotation: origin['config.annotation'] ?? '',
  };
  const versions = () => engineVersions(notes, settings.engineVersions);
  return told('PostgreSQL', '', versions, (found) => found.join(', '));
};

/** What a function says that throws where something is wrong. */
function told<T>(what: string, found: string, look: () => T, describe = (_: T) => found): CheckResult {
  try {
    return right(what, describe(look()));
  } catch (error) {
    if (error instanceof ProviderError) return wrong(what, error.message);
    throw error;
  }
}
