import { ProviderError } from '../provider.ts';
import { isCloning } from './cloning.ts';
import type { Context } from './context.ts';
import { refuseHidden, search } from './search.ts';
import { isUnreachable, requireReachable, type UnreachableMachine } from './unreachable.ts';
import { isFault } from './vim/fault.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { interpret, machineShape, type VirtualMachine } from './virtual-machine.ts';

export type Found = VirtualMachine | 'foreign' | 'cloning' | undefined;

/**
 * Finds a machine by name in the whole datacenter: Cornac's, foreign, or being cloned. A machine that was
 * found before is read by its reference.
 * @throws ProviderError Conflict where two of Cornac's machines have the name and neither is in the folder of
 *   new machines; Unavailable where vCenter cannot read the machine; Unauthorized where the account may not
 *   see a machine that may be the one
 */
export async function lookUp(context: Context, name: string): Promise<Found> {
  return requireReachable(context.vim, await seek(context, name));
}

/** Like `lookUp`, but returns a machine that vCenter cannot read instead of an error. */
export async function seek(context: Context, name: string): Promise<Found | UnreachableMachine> {
  const { places, known } = context;
  const kept = known.get(name);
  const before = kept && (await look(context, kept));
  if (before === 'cloning') return before;
  if (typeof before === 'object' && !isUnreachable(before) && before.name === name) return before;
  const { named, hidden } = await search(context, await places.getDatacenter());
  const refs = named.filter((each) => each.name === name).map(({ ref }) => ref);
  const found = await Promise.all(refs.map((ref) => look(context, ref)));
  const ours = found.filter((one): one is VirtualMachine => typeof one === 'object' && !isUnreachable(one));
  const machine = ours.length > 1 ? await chooseOne(context, ours, name) : ours[0];
  // A machine that cannot be read may have been renamed meanwhile.
  const unreachable = [...found, before].find(isUnreachable);
  const seen = machine ?? unreachable ?? found.find((one) => one === 'cloning') ?? found[0];
  const ref = typeof seen === 'object' ? seen.ref : seen === 'cloning' && refs[found.indexOf(seen)];
  if (!seen) {
    const unknown = hidden.filter((ref) => !isKnown(context, ref));
    await refuseHidden(context, `vCenter lists no machine ${name}`, unknown);
  }
  if (ref) known.set(name, ref);
  else known.delete(name);
  return seen;
}

export function isKnown({ known }: Context, ref: Ref): boolean {
  return [...known.values()].some(({ value }) => value === ref.value);
}

async function chooseOne(context: Context, ours: readonly VirtualMachine[], name: string) {
  const here = await lookInFolder(context, await context.places.getFolder(), name);
  if (typeof here === 'object') return here;
  throw new ProviderError(
    'Conflict',
    `${ours.length} machines in the datacenter have the name ${name}: name the folder of the intended machine in IAAS (folder=)`,
  );
}

/**
 * Finds a child of the folder by name. Any child with that name blocks a new machine.
 * @throws ProviderError Unavailable where vCenter cannot read it
 */
export async function lookInFolder(context: Context, folder: Ref, name: string): Promise<Found> {
  const { vim } = context;
  const { searchIndex } = await vim.content();
  const found = await vim.call('FindChild', { _this: searchIndex, entity: folder, name });
  if (!found) return undefined;
  return found.type === 'VirtualMachine' ? requireReachable(vim, await look(context, found)) : 'foreign';
}

export async function look(context: Context, ref: Ref): Promise<Found | UnreachableMachine> {
  const found = await readMachine(context, ref);
  if (!isUnreachable(found) || !mayBeCloning(context, found)) return found;
  if (await isCloning(context)) return 'cloning';
  return readMachine(context, ref); // its clone may have ended meanwhile
}

/** Whether a machine without configuration may be a running clone. It is not when it had one before. */
export function mayBeCloning({ whole }: Context, { connection, ref }: UnreachableMachine): boolean {
  return connection === 'connected' && !whole.has(ref.value);
}

export async function readMachine(context: Context, ref: Ref): Promise<Found | UnreachableMachine> {
  const properties = await read(context.vim, ref, machineShape).catch((error) => {
    if (isFault(error, 'ManagedObjectNotFound')) return undefined; // deleted between the two calls
    throw error;
  });
  return properties && interpret(context, ref, properties);
}

/** The current state of the machine. @throws ProviderError MachineNotFound */
export async function getMachine(context: Context, name: string): Promise<VirtualMachine> {
  const found = await lookUp(context, name);
  if (typeof found === 'object') return found;
  const reason = found === 'foreign' ? '; a machine with this name was not created by Cornac' : '';
  throw new ProviderError('MachineNotFound', `machine ${name} does not exist${reason}`);
}
