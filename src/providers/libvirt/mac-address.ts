import { createHash } from 'node:crypto';
import type { MachineRef } from '../provider.ts';

/** Locally administered, and nobody's but Cornac's: what has it in a network is a machine of Cornac's. */
const PREFIX = '02:c0:ac:';
/** So often another one is tried where a machine of another name has the same. */
const CHOICES = 16;

/**
 * The MAC addresses that a machine may get, best first. They follow from its name and owner. So who finds a reservation
 * that a worker made before it died knows whose it is, though there is no machine yet: a network has no place for marks.
 */
export function macAddresses({ name, owner = '' }: MachineRef): string[] {
  return Array.from({ length: CHOICES }, (_, choice) => {
    const digest = createHash('sha256').update(`${name} ${owner} ${choice}`).digest('hex');
    return `${PREFIX}${digest.slice(0, 6).replace(/..(?=.)/g, '$&:')}`;
  });
}

/** Whether Cornac made it. Machines of an older Cornac have others, which are known by their definition. */
export function isOwnMac(mac: string | undefined): boolean {
  return mac?.toLowerCase().startsWith(PREFIX) ?? false;
}
