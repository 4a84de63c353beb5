import { z } from 'zod';
import { right, unknown, wrong } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import type { NetworkBacking } from '../devices.ts';
import { unescapeName } from '../names.ts';
import { read, readAll } from '../vim/properties.ts';
import type { Ref } from '../vim/schema.ts';
import { listOf, ref } from '../vim/shapes.ts';
import type { Vim } from '../vim/vim.ts';

/** The cluster, or the single host, that a resource pool is of. */
export interface Cluster {
  readonly name: string;
  readonly hosts: readonly Ref[];
  readonly environmentBrowser: Ref | undefined;
  /** Absent where it is no cluster, or the account may not see it. Booleans inside of properties are texts. */
  readonly drs:
    | { readonly enabled?: string | undefined; readonly defaultVmBehavior?: string | undefined }
    | undefined;
}

const drsConfig = z.looseObject({ enabled: z.string().optional(), defaultVmBehavior: z.string().optional() });

export async function findCluster(vim: Vim, pool: Ref): Promise<Cluster> {
  const { owner } = await read(vim, pool, { owner: ref });
  const { name, host, environmentBrowser, configurationEx } = await read(vim, owner, {
    name: z.string(),
    host: listOf(ref),
    environmentBrowser: ref.optional(),
    configurationEx: z.looseObject({ drsConfig: drsConfig.optional() }).optional(),
  });
  return { name, hosts: host, environmentBrowser, drs: configurationEx?.drsConfig };
}

/** Who places machines on its hosts. */
export function checkCluster({ name, hosts, drs }: Cluster): CheckResult[] {
  if (hosts.length < 2) return [];
  const what = 'DRS';
  const next = 'turn DRS on, fully automated, or name a host with host=PATH in IAAS';
  if (!drs) return [unknown(what, `whether ${name} has it`, next)];
  if (drs.enabled === 'false') {
    return [
      unknown(
        what,
        `is off in ${name}: whether vCenter clones to a host that sees datastore and network`,
        next,
      ),
    ];
  }
  if (drs.defaultVmBehavior && drs.defaultVmBehavior !== 'fullyAutomated') {
    const found = `is ${drs.defaultVmBehavior} in ${name}: whether a machine starts while its host is full`;
    return [unknown(what, found, next)];
  }
  return [right(what, `places machines on the ${hosts.length} hosts of ${name}`)];
}

const hostShape = {
  name: z.string(),
  'runtime.connectionState': z.string(),
  'runtime.inMaintenanceMode': z.boolean(),
  network: listOf(ref),
};
const mount = z.looseObject({
  key: ref,
  mountInfo: z.looseObject({ mounted: z.string().optional(), accessible: z.string().optional() }).optional(),
});
const datastoreShape = { name: z.string(), host: listOf(mount) };

interface Needed {
  /** The only one that machines are made on, where one is named. */
  readonly host: Ref | undefined;
  readonly datastores: readonly Ref[];
  readonly networks: readonly NetworkBacking[];
}

/** Whether every host on which a machine may be put sees what machines need. */
export async function checkHosts(vim: Vim, cluster: Cluster, needed: Needed): Promise<CheckResult[]> {
  const what = 'hosts';
  const all = await readAll(vim, 'HostSystem', needed.host ? [needed.host] : cluster.hosts, hostShape);
  const fit = all.filter(
    ({ properties: host }) =>
      host['runtime.connectionState'] === 'connected' && !host['runtime.inMaintenanceMode'],
  );
  if (fit.length === 0) {
    const next = 'connect one, or take it out of maintenance';
    return [
      wrong(what, `none of the ${all.length} of ${cluster.name} is connected and not in maintenance`, next),
    ];
  }
  const different = [...new Map(needed.datastores.map((each) => [each.value, each])).values()];
  const datastores = await readAll(vim, 'Datastore', different, datastoreShape);
  const results = fit.flatMap(({ ref: host, properties: { name, network } }) => [
    ...datastores
      .filter(({ properties }) => !isMounted(properties.host, host))
      .map(({ properties }) =>
        wrong(
          what,
          `${unescapeName(name)} does not see datastore ${unescapeName(properties.name)}`,
          'mount it there, or name a resource pool in VCENTER_RESOURCE_POOL whose hosts all see it',
        ),
      ),
    ...needed.networks
      .filter((backing) => !network.some(({ value }) => value === backing.ref.value))
      .map((backing) =>
        wrong(
          what,
          `${unescapeName(name)} does not have network ${nameOf(backing)}`,
          'make it there, or name a network that all hosts of the pool have',
        ),
      ),
  ]);
  if (results.length > 0) return results;
  return [right(what, `${fit.length} of ${all.length} can take machines, and see datastores and networks`)];
}

export function nameOf(backing: NetworkBacking): string {
  return backing.kind === 'standard' ? backing.name : backing.portgroupKey;
}

function isMounted(mounts: z.output<typeof datastoreShape.host>, host: Ref): boolean {
  return mounts.some(
    ({ key, mountInfo }) =>
      key.value === host.value && mountInfo?.mounted !== 'false' && mountInfo?.accessible !== 'false',
  );
}
