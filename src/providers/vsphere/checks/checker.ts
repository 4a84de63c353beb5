import { isWrong, unknown } from '../../check-results.ts';
import type { Checker, CheckResult } from '../../provider.ts';
import { chooseBase } from '../base.ts';
import type { Context } from '../context.ts';
import { findDatacenter } from '../datacenter.ts';
import { requirementsOf } from '../hosts.ts';
import type { Ref } from '../vim/schema.ts';
import { openContext, type VsphereOptions } from '../vsphere.ts';
import { adviseConnection, checkAuthority, checkConnection } from './connection.ts';
import { checkGuestId } from './guest-id.ts';
import { checkCluster, checkHosts, findCluster } from './hosts.ts';
import { ask, look } from './look.ts';
import { checkOrigin, readForCheck } from './origin.ts';
import { findPlaces } from './places.ts';
import { checkPrivileges } from './privileges.ts';
import { checkRoom, checkSpace } from './room.ts';

/** What no call to vCenter can answer. */
const HIDDEN: readonly CheckResult[] = [
  unknown('first start', 'whether the customization of a clone completes in the guest'),
  unknown(
    'addresses',
    'whether a DHCP server answers on NETWORK, and whether Cornac reaches port 22 of machines there',
  ),
  unknown('appliance', 'whether the origin was built with features=vmware, and sealed'),
  unknown('propagation', 'whether the role on the folder is propagated to the machines in it'),
  unknown(
    'backups',
    'whether a backup product creates snapshots of machines: no disk grows while a snapshot exists',
  ),
];

/**
 * Checks a vCenter before the first clone.
 * @throws ProviderError Configuration where IAAS cannot be parsed
 */
export function createVsphereChecker(options: VsphereOptions): Checker {
  const context = openContext(options);
  return { check: () => check(context, options), close: () => context.vim.close() };
}

function nameOf({ name }: { readonly name: string }) {
  return name;
}

async function* check(context: Context, options: VsphereOptions): AsyncIterable<CheckResult> {
  const { vim, places, settings } = context;
  yield* checkAuthority(settings.trust);
  const connection = await look('vCenter', () => vim.content());
  const answered = connection.value
    ? checkConnection(connection.value.about, settings)
    : connection.results.map(adviseConnection);
  yield* answered;
  if (answered.some(isWrong)) return;

  const origin = await look('MACHINE_ORIGIN', places.getOrigin, () => options.machineOrigin);
  yield* origin.results;
  const template = origin.value;
  const read = template && (await look('origin', () => readForCheck(vim, template)));
  const found = read?.value;
  const ofOrigin = found ? await ask('origin', () => checkOrigin(context, found)) : (read?.results ?? []);
  yield* ofOrigin;
  const canBeCloned = found !== undefined && !ofOrigin.some(isWrong);

  const { folder, pool, host, datastore, networks, named } = await findPlaces(context, options, found);
  yield* named;
  const find = (below: Ref) => look('cluster', () => findCluster(vim, below), nameOf);
  const cluster = pool && (await find(pool));
  if (cluster) yield* cluster.results;
  const owner = cluster?.value;
  if (owner) {
    if (!host) yield* checkCluster(owner);
    const hosts = async () => {
      const base = canBeCloned ? await chooseBase(vim, found, settings) : undefined;
      return checkHosts(vim, owner, host, requirementsOf(datastore, base, networks));
    };
    yield* await ask('hosts', hosts);
  }
  const apiVersion = connection.value?.about.apiVersion ?? '';
  if (owner && found) {
    const guestId = () => checkGuestId(vim, owner, found.guestId, apiVersion);
    yield* await ask('guest id', guestId);
  }
  const isTemplate = found?.isTemplate ?? false;
  const where = {
    origin: origin.value,
    isTemplate,
    datacenter: await findDatacenterOf(context, [origin.value, folder, pool]),
    folder,
    pool,
    datastore: datastore?.ref,
    networks: networks.map(({ backing }) => backing),
  };
  yield* await ask('privileges', () => checkPrivileges(vim, where));
  if (datastore) yield* canBeCloned && pool ? await checkRoom(context) : checkSpace(context, datastore);
  yield* HIDDEN;
}

/** Undefined where MACHINE_ORIGIN is not a path, or where no object was found. */
async function findDatacenterOf(
  context: Context,
  places: readonly (Ref | undefined)[],
): Promise<Ref | undefined> {
  const below = places.find((place) => place !== undefined);
  return below && findDatacenter(context, below).catch(() => undefined);
}
