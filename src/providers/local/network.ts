import { createHash } from 'node:crypto';
import { ProviderError } from '../provider.ts';

/** A range of loopback addresses, without its first and its last address. */
export interface LoopbackRange {
  readonly cidr: string;
  readonly size: number;
  /** @param index 0 … size - 1 */
  at(index: number): string;
  includes(address: string): boolean;
}

/**
 * The range of LOCAL_NETWORK, within 127.0.0.0/8. By default 1,022 addresses that are derived from the state
 * directory, so that two Cornacs on one computer hardly collide.
 * @throws ProviderError Configuration
 */
export function loopbackRange(network: string | undefined, stateDir: string): LoopbackRange {
  if (network === undefined) {
    const [high = 0, middle = 0] = createHash('sha256').update(stateDir).digest();
    return range(((127 << 24) | ((1 + (high % 254)) << 16) | ((middle & 0xfc) << 8)) >>> 0, 22);
  }
  const match = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(network);
  const [a = 256, b = 256, c = 256, bits = 33] = match?.slice(1).map(Number) ?? [];
  if (a > 255 || b > 255 || c > 255 || bits < 8 || bits > 30) {
    throw new ProviderError(
      'Configuration',
      `LOCAL_NETWORK: expected a range of loopback addresses such as 127.77.0.0/24, not ${network}`,
    );
  }
  return range(((127 << 24) | (a << 16) | (b << 8) | c) >>> 0, bits);
}

function range(base: number, bits: number): LoopbackRange {
  const all = 2 ** (32 - bits);
  const first = Math.floor(base / all) * all;
  const dotted = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
  return {
    cidr: `${dotted(first)}/${bits}`,
    size: all - 2,
    at: (index) => dotted(first + 1 + index),
    includes: (address) => {
      const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
      return number > first && number < first + all - 1;
    },
  };
}
