import type { ServerIdentity } from '../authority/authority.ts';

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}

/**
 * What `configure` takes behind the settings. The guest compares the first line with that of what it has; whose clock
 * counts is Cornac's.
 */
export function renderIdentity({ id, until, renewUntil, pem }: ServerIdentity): string {
  return `--\n${id} ${seconds(until)} ${seconds(renewUntil)}\n${pem}`;
}
