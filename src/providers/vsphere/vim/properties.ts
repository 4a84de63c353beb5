import type { z } from 'zod';
import { list } from './decode.ts';
import type { Ref, Value } from './schema.ts';
import type { Vim } from './vim.ts';

/** Properties by their path, e.g. `runtime.powerState`, and what each must look like. */
export type Shape = Readonly<Record<string, z.ZodType>>;
export type Read<S extends Shape> = { readonly [Path in keyof S]: z.output<S[Path]> };

/** One object's properties. @throws VimFault `ManagedObjectNotFound` */
export async function read<S extends Shape>(vim: Vim, ref: Ref, shape: S): Promise<Read<S>> {
  const [found] = await retrieve(vim, ref.type, { obj: ref }, shape);
  if (!found) throw new Error(`vCenter gives nothing of ${ref.value}`);
  return found.properties;
}

/** The properties of all objects of a type in a folder, those in folders below it not among them. */
export function readChildren<S extends Shape>(vim: Vim, folder: Ref, type: string, shape: S) {
  const selectSet = [
    { $type: 'TraversalSpec', type: 'Folder', path: 'childEntity', skip: false },
  ] as const satisfies Value<'ObjectSpec'>['selectSet'];
  return retrieve(vim, type, { obj: folder, skip: true, selectSet }, shape);
}

async function retrieve<S extends Shape>(vim: Vim, type: string, from: Value<'ObjectSpec'>, shape: S) {
  const { propertyCollector } = await vim.content();
  const propSet = [{ type, pathSet: Object.keys(shape) }];
  const specSet = [{ propSet, objectSet: [from] }];
  let page = await vim.call('RetrievePropertiesEx', { _this: propertyCollector, specSet, options: {} });
  const objects: { ref: Ref; properties: Read<S> }[] = [];
  while (page) {
    const { objects: some, token } = page as { objects?: unknown; token?: string };
    for (const object of list(some)) objects.push(parse(object, shape));
    if (!token) break;
    page = await vim.call('ContinueRetrievePropertiesEx', { _this: propertyCollector, token });
  }
  return objects;
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
