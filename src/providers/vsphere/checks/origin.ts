import { z } from 'zod';
import { checkValue, right, unknown, wrong } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import { adviseOn } from '../advice.ts';
import { chooseSealed, readDevices } from '../base.ts';
import type { Context } from '../context.ts';
import { customization } from '../customization.ts';
import { countCards, type Device } from '../devices.ts';
import type { VcenterSettings } from '../iaas-url.ts';
import { dataDiskPlace, engineVersions, type Origin, readOrigin } from '../origin.ts';
import { nameAll } from '../snapshots.ts';
import { read } from '../vim/properties.ts';
import type { Ref } from '../vim/schema.ts';
import type { Vim } from '../vim/vim.ts';
import { ask, look } from './look.ts';

const shape = {
  'config.guestId': z.string().optional(),
  'guest.toolsVersionStatus2': z.string().optional(),
};

export interface OriginToCheck extends Origin {
  readonly guestId: string | undefined;
  readonly toolsStatus: string | undefined;
}

export async function readForCheck(vim: Vim, wanted: Ref): Promise<OriginToCheck> {
  const [origin, more] = await Promise.all([readOrigin(vim, wanted), read(vim, wanted, shape)]);
  return {
    ...origin,
    guestId: more['config.guestId'],
    toolsStatus: more['guest.toolsVersionStatus2'],
  };
}

/** Everything that can make a clone fail, each as its own result. */
export async function checkOrigin(context: Context, origin: OriginToCheck): Promise<CheckResult[]> {
  const { vim, settings } = context;
  const choose = async () => ({ snapshot: chooseSealed(origin, settings) });
  const sealed = await look('snapshot', choose, ({ snapshot }) => snapshot?.name ?? 'none');
  const snapshot = sealed.value?.snapshot;
  const devices = await readDevices(vim, origin, snapshot);
  const disk = async () => dataDiskPlace(devices);
  const versions = async () => engineVersions(origin, settings.engineVersions);
  return [
    checkPower(origin, sealed.value !== undefined),
    ...(sealed.value ? checkChoice(origin, settings, snapshot?.name) : sealed.results),
    ...adviseOn(origin, { snapshot, devices }, []).map((advice) =>
      unknown('MACHINE_ORIGIN', advice.replace(/^MACHINE_ORIGIN: /, '')),
    ),
    checkTools(origin),
    ...(await checkValue('data disk', disk, () => 'its place is free')).results,
    ...(await checkValue('PostgreSQL', versions, (found) => found.join(', '))).results,
    ...(await ask('customization', () => checkCustomization(context, origin.ref, devices))),
  ];
}

function checkPower({ isOff }: Origin, isSealed: boolean): CheckResult {
  if (isOff) return right('origin', 'is off');
  const next = 'shut it down from within, which seals it, and take a new snapshot';
  if (!isSealed) return wrong('origin', 'is not off: its clones would not be sealed', next);
  return unknown('origin', 'is not off: whether its snapshot is still the intended one', next);
}

function checkChoice(origin: Origin, settings: VcenterSettings, taken: string | undefined): CheckResult[] {
  const what = 'snapshot';
  if (settings.clone === 'full') return [right(what, 'none is required: clone=full')];
  if (taken === undefined) {
    const next =
      'to link machines, create a snapshot while the origin is off: govc snapshot.create -vm PATH cornac';
    return [unknown(what, 'the origin has none: whether a full copy for each machine is intended', next)];
  }
  if (origin.snapshots.length === 1 || settings.snapshot !== undefined) {
    const next = 'if in doubt, shut the origin down from within, and create another snapshot while it is off';
    return [
      unknown(
        what,
        `${taken}: whether the origin was off when it was created: vCenter does not report this`,
        next,
      ),
    ];
  }
  const found = `the origin has ${nameAll(origin.snapshots)}: whether ${taken}, the current one, is intended`;
  return [unknown(what, found, 'name it with snapshot=NAME in IAAS')];
}

function checkTools({ toolsStatus = 'guestToolsNotInstalled' }: OriginToCheck): CheckResult {
  const what = 'VMware Tools';
  if (toolsStatus !== 'guestToolsNotInstalled') return right(what, `vCenter knows of them (${toolsStatus})`);
  return wrong(
    what,
    'vCenter finds no VMware Tools on the origin, and refuses to customize its clones',
    'boot the origin on vSphere once until vCenter shows its tools as running, shut it down from within and take a new snapshot',
  );
}

/** Whether vCenter would customize a clone of the origin. The call only checks; it changes nothing. */
async function checkCustomization(
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
  return [right('customization', 'vCenter accepts it for a machine such as the origin')];
}
