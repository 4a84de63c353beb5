import { right, unknown, wrong } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import { list } from '../vim/decode.ts';
import type { Vim } from '../vim/vim.ts';
import type { Cluster } from './hosts.ts';

const WHAT = 'guest id';
const NEXT =
  'give the origin one that these hosts know and that is a distribution’s, such as debian11_64Guest or rhel9_64Guest: ' +
  'see the table in docs/vsphere.md';

/** Whether the hosts know the origin's guest id. Otherwise a machine is neither started nor customized. */
export async function checkGuestId(
  vim: Vim,
  { name, environmentBrowser }: Cluster,
  guestId: string | undefined,
): Promise<CheckResult[]> {
  if (!guestId || guestId.startsWith('other')) {
    return [unknown(WHAT, `${guestId || 'none'} names no distribution: whether vCenter customizes it`, NEXT)];
  }
  if (!environmentBrowser) return [unknown(WHAT, `whether the hosts of ${name} know ${guestId}`)];
  const spec = { guestId: [guestId] };
  const option = await vim.call('QueryConfigOptionEx', { _this: environmentBrowser, spec });
  // When no id matches, the answer holds all ids.
  const { guestOSDescriptor } = (option ?? {}) as { guestOSDescriptor?: unknown };
  const ids = list(guestOSDescriptor).map((each) => (each as { id?: unknown }).id);
  if (ids.includes(guestId)) return [right(WHAT, `the hosts of ${name} know ${guestId}`)];
  return [wrong(WHAT, `the hosts of ${name} do not know ${guestId}`, NEXT)];
}
