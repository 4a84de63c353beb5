import type { ServerIdentity } from '../authority/authority.ts';

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}

/**
 * What `configure` takes on stdin after the settings. The guest compares the first line with the one that it
 * has. The times are by Cornac's clock, not by the guest's.
 */
export function renderIdentity({ id, until, renewUntil, pem }: ServerIdentity): string {
  return `${id} ${seconds(until)} ${seconds(renewUntil)}\n${pem}`;
}
