import { z } from 'zod';
import { right, unknown, wrong } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import { type Requirement, readHostAccess } from '../hosts.ts';
import { read } from '../vim/properties.ts';
import type { Ref } from '../vim/schema.ts';
import { listOf, ref } from '../vim/shapes.ts';
import type { Vim } from '../vim/vim.ts';

/** The cluster, or the single host, that owns a resource pool. */
export interface Cluster {
  readonly name: string;
  readonly hosts: readonly Ref[];
  readonly environmentBrowser: Ref | undefined;
  /** Absent for a single host, or where the account may not see it. vCenter returns booleans as strings. */
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

/** What places machines on the hosts of the cluster. */
export function checkCluster({ name, hosts, drs }: Cluster): CheckResult[] {
  if (hosts.length < 2) return [];
  const what = 'DRS';
  const next = 'turn DRS on, fully automated, or name a host with host=PATH in IAAS';
  if (!drs) return [unknown(what, `whether ${name} has DRS`, next)];
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

const NEXT = {
  datastore: 'mount it there, or name a resource pool in VCENTER_RESOURCE_POOL whose hosts all see it',
  network: 'create it there, or name a network that all hosts of the pool have',
} as const;

/**
 * Whether every host that may get a machine sees what machines need.
 * @param host the only host for new machines, where IAAS names a host
 */
export async function checkHosts(
  vim: Vim,
  cluster: Cluster,
  host: Ref | undefined,
  required: readonly Requirement[],
): Promise<CheckResult[]> {
  const what = 'hosts';
  const all = await readHostAccess(vim, host ? [host] : cluster.hosts, required);
  const ready = all.filter(({ isReady }) => isReady);
  if (ready.length === 0) {
    if (host) {
      const found = `${all.map(({ name }) => name).join(', ')}, named by host=, is not connected or in maintenance`;
      return [wrong(what, found, 'connect it, take it out of maintenance, or name another with host=')];
    }
    const next = 'connect one, or take it out of maintenance';
    return [
      wrong(what, `none of the ${all.length} of ${cluster.name} is connected and not in maintenance`, next),
    ];
  }
  const results = ready.flatMap(({ name, missing, cutOff }) => [
    ...missing.map((need) => wrong(what, `${name} does not see ${need.what}`, NEXT[need.kind])),
    ...cutOff.map((need) =>
      wrong(what, `${name} cannot access ${need.what} now`, 'check the paths to its storage in vCenter'),
    ),
  ]);
  if (results.length > 0) return results;
  return [right(what, `${ready.length} of ${all.length} can take machines, and see datastores and networks`)];
}
