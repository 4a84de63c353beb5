import { subnetOf, toAddress, toNumber } from './ipv4.ts';
import type { OwnDhcp } from './network-xml.ts';

/** At most so many addresses are tried. Where all of them are taken, a larger network is needed anyway. */
const TRIES = 65_536;

/**
 * Chooses an address for a machine without one. An address outside the DHCP ranges is preferred, because
 * other clients get leases from the ranges. The search begins at `seed` and not at the first address, so that
 * the next machine does not get the address of a deleted one: a client may still send there what is meant for
 * the deleted machine.
 * @param taken addresses that are reserved, leased, or have a name
 * @returns undefined when all are taken
 */
export function chooseAddress(
  { gateway, prefix, ranges }: Pick<OwnDhcp, 'gateway' | 'prefix' | 'ranges'>,
  taken: ReadonlySet<string>,
  seed: number,
): string | undefined {
  const { first, last } = subnetOf(gateway, prefix);
  // The first address is the network's, the last one is the broadcast address.
  const count = last - first - 1;
  const inRange = (number: number) =>
    ranges.some(({ start, end }) => number >= toNumber(start) && number <= toNumber(end));
  const search = (isWanted: (number: number) => boolean): string | undefined => {
    for (let step = 0; step < Math.min(count, TRIES); step += 1) {
      const number = first + 1 + ((seed + step) % count);
      const address = toAddress(number);
      if (address !== gateway && !taken.has(address) && isWanted(number)) return address;
    }
    return undefined;
  };
  return search((number) => !inRange(number)) ?? search(inRange);
}
