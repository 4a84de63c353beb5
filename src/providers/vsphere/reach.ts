import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import type { Base } from './base.ts';
import { isDisk, type NetworkBacking } from './devices.ts';
import { unescapeName } from './names.ts';
import type { Datastore } from './vcenter-objects.ts';
import { isFault } from './vim/fault.ts';
import { read, readAll } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';

/** What a clone needs where it is. */
export interface Needs {
  readonly pool: Ref;
  /** The only one that it may be made on, where one is named. */
  readonly host: Ref | undefined;
  readonly datastore: Pick<Datastore, 'ref'>;
  readonly base: Pick<Base, 'devices' | 'snapshot'>;
  readonly network: NetworkBacking;
}

/** A host that vCenter may choose for a clone, and what it does not see of what that needs, for people. */
export interface Candidate {
  readonly name: string;
  readonly lacks: readonly string[];
}

// Whether it can be accessed now is left out: an outage passes.
const mounts = listOf(
  z.looseObject({ key: ref, mountInfo: z.looseObject({ mounted: z.string().optional() }).optional() }),
);

/** Empty where the account may not see the hosts. @throws ProviderError Configuration where no host has all */
export async function findCandidates(vim: Vim, needs: Needs): Promise<Candidate[]> {
  const found = await look(vim, needs).catch((error) => {
    if (isFault(error, 'NoPermission')) return [];
    throw error;
  });
  if (found.length === 0 || found.some(({ lacks }) => lacks.length === 0)) return found;
  throw new ProviderError(
    'Configuration',
    `no host can have a new machine: ${explain(found)}; choose what one host sees, or give a host access`,
  );
}

export function explain(candidates: readonly Candidate[]): string {
  return candidates
    .filter(({ lacks }) => lacks.length > 0)
    .map(({ name, lacks }) => `${name} does not see ${lacks.join(' and ')}`)
    .join(', ');
}

async function look(vim: Vim, { pool, host, datastore, base, network }: Needs): Promise<Candidate[]> {
  const { owner } = await read(vim, pool, { owner: ref });
  const { host: all } = await read(vim, owner, { host: listOf(ref) });
  const hosts = host ? [host] : all;
  const below = base.snapshot ? base.devices.filter(isDisk).map(({ backing }) => backing?.datastore) : [];
  const others = below.filter((one) => one !== undefined && one.value !== datastore.ref.value);
  const seen: [what: string, by: readonly string[]][] = await Promise.all([
    mountedOn(vim, datastore.ref).then((by) => ['STORAGE_POOL', by] as [string, string[]]),
    pluggedInto(vim, network.ref).then((by) => ['NETWORK', by] as [string, string[]]),
    ...others.map(
      async (one): Promise<[string, string[]]> => [
        "the datastore of the origin's disks",
        one ? await mountedOn(vim, one) : [],
      ],
    ),
  ]);
  const named = await readAll(vim, 'HostSystem', hosts, { name: z.string() });
  return named.map(({ ref: { value }, properties: { name } }) => ({
    name: unescapeName(name),
    // Where nothing is said of any host, nothing is known.
    lacks: seen.filter(([, by]) => by.length > 0 && !by.includes(value)).map(([what]) => what),
  }));
}

async function mountedOn(vim: Vim, datastore: Ref): Promise<string[]> {
  const { host } = await read(vim, datastore, { host: mounts });
  return host.filter(({ mountInfo }) => mountInfo?.mounted !== 'false').map(({ key }) => key.value);
}

async function pluggedInto(vim: Vim, network: Ref): Promise<string[]> {
  return (await read(vim, network, { host: listOf(ref) })).host.map(({ value }) => value);
}
