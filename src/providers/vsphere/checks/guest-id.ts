import { right, unknown, wrong } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import { list } from '../vim/decode.ts';
import type { Vim } from '../vim/vim.ts';
import type { Cluster } from './hosts.ts';

const WHAT = 'guest id';
/** Per release of vCenter, the newest first: the guest ids of docs/vsphere.md. */
const RELEASES: readonly (readonly [release: number, debian: string, el: string])[] = [
  [9, 'debian13_64Guest', 'rhel9_64Guest'],
  [8, 'debian12_64Guest', 'rhel9_64Guest'],
  [7, 'debian11_64Guest', 'rhel8_64Guest'],
  [6.7, 'debian10_64Guest', 'rhel8_64Guest'],
  [6.5, 'debian10_64Guest', 'rhel7_64Guest'],
];

/**
 * The guest ids for an origin.
 * @param ids that the hosts know, which may be older than vCenter; empty: unknown
 */
export function adviseGuestId(apiVersion: string, ids: readonly unknown[] = []): string {
  const release = Number(/^\d+\.\d+/.exec(apiVersion)?.[0] ?? 0);
  const fitting = RELEASES.filter(([from]) => from <= release);
  const newest = (column: 1 | 2) =>
    fitting.map((row) => row[column]).find((id) => ids.length === 0 || ids.includes(id));
  const names = [newest(1), newest(2)].filter((id) => id !== undefined);
  const such = names.length > 0 ? `, such as ${names.join(' or ')} with vCenter ${apiVersion}` : '';
  return `give the origin a guest id of a distribution that these hosts know${such}: see the table in docs/vsphere.md`;
}

/** Whether the hosts know the origin's guest id. Otherwise a machine is neither started nor customized. */
export async function checkGuestId(
  vim: Vim,
  { name, environmentBrowser }: Cluster,
  guestId: string | undefined,
  apiVersion: string,
): Promise<CheckResult[]> {
  if (!guestId || guestId.startsWith('other')) {
    const found = `${guestId || 'none'} names no distribution: whether vCenter customizes it`;
    return [unknown(WHAT, found, adviseGuestId(apiVersion))];
  }
  if (!environmentBrowser) return [unknown(WHAT, `whether the hosts of ${name} know ${guestId}`)];
  const spec = { guestId: [guestId] };
  const option = await vim.call('QueryConfigOptionEx', { _this: environmentBrowser, spec });
  // When no id matches, the answer holds all ids.
  const { guestOSDescriptor } = (option ?? {}) as { guestOSDescriptor?: unknown };
  const ids = list(guestOSDescriptor).map((each) => (each as { id?: unknown }).id);
  if (ids.includes(guestId)) return [right(WHAT, `the hosts of ${name} know ${guestId}`)];
  return [wrong(WHAT, `the hosts of ${name} do not know ${guestId}`, adviseGuestId(apiVersion, ids))];
}
