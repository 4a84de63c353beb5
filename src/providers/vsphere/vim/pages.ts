import { list } from './decode.ts';
import { isFault, VimUnreachable } from './fault.ts';
import type { Value } from './schema.ts';
import type { Vim } from './vim.ts';

type Specs = readonly Value<'PropertyFilterSpec'>[];

const TRIES = 4;

/** Clients to which vCenter refuses all pages but the first. */
const unpaged = new WeakSet<Vim>();

/** All objects (`ObjectContent`) that a read selects, on any number of pages. */
export async function retrieveObjects(vim: Vim, specSet: Specs): Promise<unknown[]> {
  for (let tries = 1; ; tries++) {
    if (unpaged.has(vim)) return retrieveAtOnce(vim, specSet);
    const { propertyCollector } = await vim.content();
    const input = { _this: propertyCollector, specSet, options: {} };
    const first = page(await vim.call('RetrievePropertiesEx', input));
    try {
      return [...first.objects, ...(await retrieveRest(vim, first.token))];
    } catch (error) {
      // vCenter 7.0.3.2 to 8.0.2 requires System.Read on its root folder here, and nowhere else.
      if (isFault(error, 'NoPermission')) unpaged.add(vim);
      else if (!isTokenLost(error) || tries === TRIES) throw error;
    }
  }
}

async function retrieveRest(vim: Vim, first: string | undefined): Promise<unknown[]> {
  const { propertyCollector } = await vim.content();
  const found: unknown[] = [];
  for (let token = first; token !== undefined; ) {
    const next = page(await vim.call('ContinueRetrievePropertiesEx', { _this: propertyCollector, token }));
    found.push(...next.objects);
    token = next.token;
  }
  return found;
}

/** The older call has no pages. */
async function retrieveAtOnce(vim: Vim, specSet: Specs): Promise<unknown[]> {
  const { propertyCollector } = await vim.content();
  return list(await vim.call('RetrieveProperties', { _this: propertyCollector, specSet }));
}

/** A token is valid once, and only in the session that returned it. */
function isTokenLost(error: unknown): boolean {
  return error instanceof VimUnreachable || isFault(error, 'InvalidProperty', 'InvalidArgument');
}

function page(answer: unknown): { objects: unknown[]; token: string | undefined } {
  const { objects, token } = (answer ?? {}) as { objects?: unknown; token?: string };
  return { objects: list(objects), token: token || undefined };
}
