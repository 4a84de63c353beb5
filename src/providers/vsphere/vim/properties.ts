import type { z } from 'zod';
import { list } from './decode.ts';
import { isFault } from './fault.ts';
import { missingFaults } from './missing.ts';
import { retrieveObjects } from './pages.ts';
import type { Ref, Value } from './schema.ts';
import type { Vim } from './vim.ts';

/** Properties by their path, e.g. `runtime.powerState`, and the expected form of each. */
export type Shape = Readonly<Record<string, z.ZodType>>;
export type Read<S extends Shape> = { readonly [Path in keyof S]: z.output<S[Path]> };

/** One object's properties. @throws VimFault `ManagedObjectNotFound` */
export async function read<S extends Shape>(vim: Vim, ref: Ref, shape: S): Promise<Read<S>> {
  const [found] = await retrieve(vim, ref.type, [{ obj: ref }], shape);
  if (!found) throw new Error(`vCenter returns no property of ${ref.value}`);
  return found.properties;
}

function again(name: string) {
  return { $type: 'SelectionSpec', name } as const;
}
function step(name: string, type: string, path: string, ...next: string[]) {
  return { $type: 'TraversalSpec', name, type, path, skip: false, selectSet: next.map(again) } as const;
}

/**
 * The properties of all virtual machines below a datacenter or a folder, at any depth. A machine that the
 * account may not see lacks the properties. Machines in a folder that the account may not see are missing.
 */
export function readMachinesBelow<S extends Shape>(vim: Vim, root: Ref, shape: S) {
  const selectSet = [
    step('datacenter', 'Datacenter', 'vmFolder', 'folder'),
    step('folder', 'Folder', 'childEntity', 'folder', 'datacenter', 'app'),
    step('app', 'VirtualApp', 'vm'),
  ];
  return retrieve(vim, 'VirtualMachine', [{ obj: root, skip: true, selectSet }], shape, 'allow');
}

/**
 * The same properties of several objects of a type.
 * @param denied whether properties that the account may not see are left out instead of an error
 * @throws VimFault `ManagedObjectNotFound` when one of them is gone
 */
export async function readAll<S extends Shape>(
  vim: Vim,
  type: string,
  refs: readonly Ref[],
  shape: S,
  denied: Denied = 'throw',
) {
  if (refs.length === 0) return [];
  const objectSet = refs.map((obj) => ({ obj }));
  return retrieve(vim, type, objectSet, shape, denied);
}

type Denied = 'throw' | 'allow';

async function retrieve<S extends Shape>(
  vim: Vim,
  type: string,
  objectSet: readonly Value<'ObjectSpec'>[],
  shape: S,
  denied: Denied = 'throw',
) {
  const propSet = [{ type, pathSet: Object.keys(shape) }];
  const objects = await retrieveObjects(vim, [{ propSet, objectSet }]);
  const refusal = missingFaults(objects).find((fault) => isFault(fault, 'NoPermission'));
  if (refusal && denied === 'throw') throw refusal;
  return objects.map((object) => parse(object, shape));
}

function parse<S extends Shape>(object: unknown, shape: S): { ref: Ref; properties: Read<S> } {
  const { obj, propSet } = object as { obj: Ref; propSet?: unknown };
  const given = new Map(
    list(propSet).map((property) => {
      const { name, val } = property as { name: string; val: unknown };
      return [name, val];
    }),
  );
  const properties = Object.entries(shape).map(([path, schema]) => {
    const { success, data, error } = schema.safeParse(given.get(path));
    if (!success) throw new Error(`vCenter's ${path} of ${obj.value} is not as expected: ${error.message}`);
    return [path, data];
  });
  return { ref: obj, properties: Object.fromEntries(properties) as Read<S> };
}
