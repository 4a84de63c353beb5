import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import type { Context } from './context.ts';
import { nameOf } from './machine-name.ts';
import { readMachinesBelow } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';

/** The names of all virtual machines in a place, foreign machines included, in any state. */
export interface Search {
  readonly named: readonly { readonly ref: Ref; readonly name: string }[];
  /** Machines whose names the account may not see. */
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
 * Refuses to report a machine as gone while it may be a machine that the account may not see: Cornac gives up
 * a machine that is gone. Hidden machines may be foreign, but in the folder of new machines they may be
 * Cornac's.
 * @param hidden of the whole datacenter, without those that are known to be other machines
 * @throws ProviderError Unauthorized, Configuration
 */
export async function refuseHidden(
  { vim, places, settings }: Context,
  what: string,
  hidden: readonly Ref[],
): Promise<void> {
  // A hidden folder makes vCenter list nothing; only a lookup of the folder itself shows that.
  const isNamed = settings.folder !== undefined;
  if (!isNamed && hidden.length === 0) return;
  const folder = await places.getFolder().catch((error) => {
    // Machines are managed even when the origin is gone; its folder is then unknown.
    if (!isNamed && error instanceof ProviderError && error.code === 'OriginNotFound') return undefined;
    throw error;
  });
  if (!folder || hidden.length === 0) return;
  const below = await readMachinesBelow(vim, folder, { name: z.string().optional() });
  const one = below.find(({ ref }) => hidden.some(({ value }) => value === ref.value))?.ref;
  if (!one) return;
  throw new ProviderError(
    'Unauthorized',
    `${what}, but the account may not see ${one.type}:${one.value} in the folder of new machines, which may be that machine: give the account its role there, or move objects that are not Cornac's out of that folder`,
  );
}
