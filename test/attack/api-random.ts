import { randomInt } from 'node:crypto';

/** Numbers that a seed reproduces. */
export interface Random {
  /** 0 to `end` - 1. */
  below(end: number): number;
  pick<T>(from: readonly T[]): T;
}

/** mulberry32: small, and good enough to choose between attacks. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    pick: (from) => {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
  };
}

/** The seed of this run: CORNAC_SEED or a new one. Printed, so that the run can be repeated. */
export function announceSeed(suite: string): number {
  const seed = process.env.CORNAC_SEED ? Number(process.env.CORNAC_SEED) : randomInt(2 ** 31);
  console.log(`${suite}: CORNAC_SEED=${seed}`);
  return seed;
}
