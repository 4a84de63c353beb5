import { createHash } from 'node:crypto';
import type { MachineRef } from '../provider.ts';

/** Locally administered, and used by Cornac only: a card with this prefix belongs to a machine of Cornac. */
const PREFIX = '02:c0:ac:';
/** How many addresses a machine may choose from, because another machine may have the same one. */
const CHOICES = 16;

/**
 * The MAC addresses that a machine may get, best first. They are derived from its name and owner, because a
 * network has no place for metadata: the owner of a reservation is known though the worker died before it
 * made the machine.
 */
export function macAddresses({ name, owner = '' }: MachineRef): string[] {
  return Array.from({ length: CHOICES }, (_, choice) => {
    const digest = createHash('sha256').update(`${name} ${owner} ${choice}`).digest('hex');
    return `${PREFIX}${digest.slice(0, 6).replace(/..(?=.)/g, '$&:')}`;
  });
}

/** Whether Cornac chose this address. Machines of an older Cornac have others, known by their definition. */
export function isOwnMac(mac: string | undefined): boolean {
  return mac?.toLowerCase().startsWith(PREFIX) ?? false;
}
