import { isWrong, type Looked, unknown } from '../../check-results.ts';
import type { Checker, CheckResult } from '../../provider.ts';
import type { Context } from '../context.ts';
import type { Ref } from '../vim/schema.ts';
import { openContext, type VsphereOptions } from '../vsphere.ts';
import { checkAuthority, checkConnection } from './connection.ts';
import { checkGuestId } from './guest-id.ts';
import { checkCluster, checkHosts, findCluster } from './hosts.ts';
import { ask, look } from './look.ts';
import { checkCustomization, checkOrigin, type OriginToCheck, readForCheck } from './origin.ts';
import { findPlaces } from './places.ts';
import { checkPrivileges } from './privileges.ts';
import { checkRoom, checkSpace } from './room.ts';

/** What no call to vCenter answers. */
const HIDDEN: readonly CheckResult[] = [
  unknown('first start', 'whether a clone is customized to its end in the guest'),
  unknown(
    'addresses',
    'whether DHCP answers on NETWORK, and whether Cornac gets to port 22 of machines there',
  ),
  unknown('appliance', 'whether the origin was built with features=vmware, and sealed'),
  unknown('propagation', 'whether the role on the folder is propagated to the machines in it'),
  unknown(
    'backups',
    'whether a backup product makes snapshots of machines: no disk grows while there is one',
  ),
];

/** Looks at a vCenter before the first clone. @throws ProviderError Configuration where IAAS cannot be read */
export function createVsphereChecker(options: VsphereOptions): Checker {
  const context = openContext(options);
  return { check: () => check(context, options), close: () => context.vim.close() };
}

async function* check(context: Context, options: VsphereOptions): AsyncIterable<CheckResult> {
  const { vim, places, settings } = context;
  yield* checkAuthority(settings.trust);
  const connection = await look(
    'vCenter',
    () => vim.content(),
    () => '',
  );
  const answered = connection.value ? checkConnection(connection.value.about, settings) : connection.results;
  yield* answered;
  if (answered.some(isWrong)) return;

  const origin = await look('MACHINE_ORIGIN', places.getOrigin, () => options.machineOrigin);
  yield* origin.results;
  const { results, value: read } = await readOrigin(context, origin.value);
  yield* results;
  const { value: template } = origin;
  if (template && read) {
    const devices = read['config.hardware.device'];
    yield* await ask('customization', () => checkCustomization(context, template, devices));
  }
  const canBeCloned = read !== undefined && !results.some(isWrong);

  const { folder, pool, datastore, networks, named } = await findPlaces(context, options, read);
  yield* named;
  const backings = networks.flatMap(({ value }) => (value ? [value] : []));
  const cluster =
    pool &&
    (await look(
      'cluster',
      () => findCluster(vim, pool),
      ({ name }) => name,
    ));
  if (cluster) yield* cluster.results;
  const owner = cluster?.value;
  if (owner) {
    yield* checkCluster(owner);
    const datastores = [...(datastore ? [datastore.ref] : []), ...(read?.datastore ?? [])];
    const hosts = () => checkHosts(vim, owner, { datastores, networks: backings });
    yield* await ask('hosts', hosts);
  }
  if (owner && read) {
    const guestId = () => checkGuestId(vim, owner, read['config.guestId']);
    yield* await ask('guest id', guestId);
  }
  const isTemplate = read?.['config.template'] ?? false;
  const where = {
    origin: origin.value,
    isTemplate,
    folder,
    pool,
    datastore: datastore?.ref,
    networks: backings,
  };
  yield* await ask('privileges', () => checkPrivileges(vim, where));
  if (datastore) yield* canBeCloned && pool ? await checkRoom(context) : checkSpace(context, datastore);
  yield* HIDDEN;
}

async function readOrigin(
  { vim, settings }: Context,
  origin: Ref | undefined,
): Promise<Looked<OriginToCheck>> {
  if (!origin) return { results: [] };
  const read = await look(
    'origin',
    () => readForCheck(vim, origin),
    () => '',
  );
  return read.value ? { value: read.value, results: checkOrigin(read.value, settings) } : read;
}
