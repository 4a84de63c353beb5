import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import type { Context } from './context.ts';
import { isFault } from './vim/fault.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';

const shape = { 'info.state': z.string().optional(), 'info.descriptionId': z.string().optional() };

/** Whether any clone of the origin is running. A task does not show the name of the machine that it makes. */
export async function isCloning({ vim, places }: Context): Promise<boolean> {
  const tasks = await places
    .getOrigin()
    .then((origin) => read(vim, origin, { recentTask: listOf(ref) }))
    .then(({ recentTask }) => recentTask)
    .catch(unlessGone);
  const isUnderWay = await Promise.all((tasks ?? []).map((task) => isCloneUnderWay(vim, task)));
  return isUnderWay.includes(true);
}

/** A machine that is being cloned does not show its owner yet: the caller waits and looks again. */
export function stillCloned(name: string): ProviderError {
  return new ProviderError('OriginBusy', `${name} is still being cloned`);
}

async function isCloneUnderWay(vim: Vim, task: Ref): Promise<boolean> {
  const found = await read(vim, task, shape).catch(unlessGone);
  const { 'info.state': state = '', 'info.descriptionId': what = '' } = found ?? {};
  return /^VirtualMachine\.clone/.test(what) && /^(queued|running)$/.test(state);
}

/** A missing or hidden object is no evidence of a clone. */
function unlessGone(error: unknown): undefined {
  if (error instanceof ProviderError || isFault(error, 'ManagedObjectNotFound', 'NoPermission')) return;
  throw error;
}
