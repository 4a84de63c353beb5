import { z } from 'zod';
import { read, readAll } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';

const MAX_NAMES = 8;
const ESCAPES = '(in names % is written %25, / %2f, \\ %5c)';

/**
 * Which part of an inventory path is missing, and what is in its place: `datacenter1/vm has no tmp; it has
 * templates`. Empty where vCenter does not show it.
 */
export async function explainMissing(vim: Vim, inventoryPath: string): Promise<string> {
  const parts = inventoryPath.split('/').filter(Boolean);
  const escapes = /[%\\]/.test(inventoryPath) ? ` ${ESCAPES}` : '';
  try {
    const { rootFolder, searchIndex } = await vim.content();
    let parent: Ref = rootFolder;
    let known = 0;
    for (; known < parts.length; known++) {
      const path = parts.slice(0, known + 1).join('/');
      const found = await vim.call('FindByInventoryPath', { _this: searchIndex, inventoryPath: path });
      if (!found) break;
      parent = found;
    }
    const names = await namesIn(vim, parent);
    const where = known === 0 ? 'vCenter' : parts.slice(0, known).join('/');
    const there = names.length > 0 ? `; it contains ${listed(names)}` : '';
    // A name with a slash looks like two parts.
    const isEscaped = names.some((name) => /%(?:25|2f|5c)/i.test(name));
    return `: ${where} has no ${parts[known]}${there}${escapes || (isEscaped ? ` ${ESCAPES}` : '')}`;
  } catch {
    // The explanation is not worth another error.
    return escapes;
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

/** The names of what the account may see in a folder or a datacenter. */
async function namesIn(vim: Vim, parent: Ref): Promise<string[]> {
  if (parent.type === 'Datacenter') return ['vm', 'host', 'datastore', 'network'];
  if (parent.type !== 'Folder') return [];
  const { childEntity } = await read(vim, parent, { childEntity: listOf(ref) });
  const types = [...new Set(childEntity.map(({ type }) => type))];
  const found = await Promise.all(
    types.map((type) =>
      readAll(
        vim,
        type,
        childEntity.filter((child) => child.type === type),
        { name: z.string().optional() },
        'allow',
      ),
    ),
  );
  return found
    .flat()
    .flatMap(({ properties: { name } }) => name ?? [])
    .sort();
}
