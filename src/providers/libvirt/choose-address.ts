import { subnetOf, toAddress, toNumber } from './ipv4.ts';
import type { OwnDhcp } from './network-xml.ts';

/** More are not looked at: where so many are taken, a network of another size is needed anyway. */
const TRIES = 65_536;

/**
 * An address for a machine that has none yet: one outside the ranges, where there is any, since others are given leases
 * from these. The search begins at `seed` and not at the first one, so that the address of a machine that was deleted
 * is not the next one's: somebody may still send there what is meant for the old one.
 * @param taken addresses that are reserved, leased, or have a name
 * @returns nothing when all are taken
 */
export function chooseAddress(
  { gateway, prefix, ranges }: Pick<OwnDhcp, 'gateway' | 'prefix' | 'ranges'>,
  taken: ReadonlySet<string>,
  seed: number,
): string | undefined {
  const { first, last } = subnetOf(gateway, prefix);
  // The first is the network's own, the last the broadcast's.
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
