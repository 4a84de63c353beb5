import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import type { Context } from './context.ts';
import { nameOf } from './machine-name.ts';
import { readMachinesBelow } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';

/** What is known of all virtual machines in a place, others' included, in any state: no more than their names. */
export interface Search {
  readonly named: readonly { readonly ref: Ref; readonly name: string }[];
  /** Those whose names the account may not see. */
  readonly hidden: readonly Ref[];
}

export async function search(context: Context, root: Ref): Promise<Search> {
  const found = await readMachinesBelow(context.vim, root, { name: z.string().optional() });
  return {
    named: found.flatMap(({ ref, properties: { name } }) =>
      name === undefined ? [] : [{ ref, name: nameOf(context, ref, name) }],
    ),
    hidden: found.flatMap(({ ref, properties: { name } }) => (name === undefined ? [ref] : [])),
  };
}

/**
 * Refuses to say that a machine is gone while it may be one that the account may not see: what is said to be gone is
 * given up. Others' machines may be hidden, but in the folder of new machines they may be ours.
 * @param hidden of the whole datacenter, without those that are known to be other machines
 * @throws ProviderError Unauthorized, Configuration
 */
export async function refuseHidden(
  { vim, places, settings }: Context,
  what: string,
  hidden: readonly Ref[],
): Promise<void> {
  // Of a folder that the account may not see nothing is listed: to look for it tells.
  const isNamed = settings.folder !== undefined;
  if (!isNamed && hidden.length === 0) return;
  const folder = await places.getFolder().catch((error) => {
    // Machines are managed although the origin is gone, and its folder is then unknown.
    if (!isNamed && error instanceof ProviderError && error.code === 'OriginNotFound') return undefined;
    throw error;
  });
  if (!folder || hidden.length === 0) return;
  const below = await readMachinesBelow(vim, folder, { name: z.string().optional() });
  const one = below.find(({ ref }) => hidden.some(({ value }) => value === ref.value))?.ref;
  if (!one) return;
  throw new ProviderError(
    'Unauthorized',
    `${what}, but the account may not see ${one.type}:${one.value} in the folder of new machines, which may be one: give it its role there, or move what is not Cornac's out of that folder`,
  );
}
