import type { Context } from './context.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { ref } from './vim/shapes.ts';

/** The datacenter of an object. Climbs where MACHINE_ORIGIN begins with a folder of datacenters. */
export async function findDatacenter({ vim, places }: Context, below: Ref): Promise<Ref | undefined> {
  const root = await places.getDatacenter();
  let found: Ref | undefined = root.type === 'Datacenter' ? root : below;
  while (found && found.type !== 'Datacenter') {
    found = (await read(vim, found, { parent: ref.optional() })).parent;
  }
  return found;
}
