import { createRandom, type Random } from './random.ts';

/** The kinds of processes of a stack. */
export const victims = [
  'up',
  'gateway',
  'worker pool',
  'worker process',
  'temporal',
  'inventory postmaster',
  'inventory backend',
  'inventory sshd',
  'instance postmaster',
  'instance backend',
  'instance sshd',
  'guest script',
] as const;

export type Victim = (typeof victims)[number];

/**
 * One act. `pick`, from 0 to below 1, selects the process, because the number of processes is not known
 * beforehand.
 */
export type Act =
  | { readonly how: 'kill'; readonly victim: Victim; readonly pick: number }
  | { readonly how: 'freeze'; readonly victim: Victim; readonly pick: number; readonly forMs: number }
  | { readonly how: 'fill the disk'; readonly forMs: number };

/** The acts at one time, counted from the beginning of the round. */
export interface Moment {
  readonly atMs: number;
  readonly acts: readonly Act[];
}

const shortestFreezeMs = 1_000;
const longestFreezeMs = 30_000;
const shortestFillMs = 3_000;
const longestFillMs = 12_000;
const freezesADeck = 6;
const pairs = 0.2;
const gapMs = [2_000, 5_000] as const;
// Without `up` no other process can be hit for a while, so `up` is killed late in a round.
const upIsKilledAt = 0.75;

/** A deck contains a kill of each kind except `up`, so that a short run omits no kind. */
function drawDeck(random: Random): Act[] {
  return random.shuffle([
    ...victims
      .filter((victim) => victim !== 'up')
      .map((victim): Act => ({ how: 'kill', victim, pick: random.next() })),
    ...random
      .shuffle(victims)
      .slice(0, freezesADeck)
      .map(
        (victim): Act => ({
          how: 'freeze',
          victim,
          pick: random.next(),
          // Most suspensions are short, as on a busy machine.
          forMs: Math.round(shortestFreezeMs + random.next() ** 2 * (longestFreezeMs - shortestFreezeMs)),
        }),
      ),
    { how: 'fill the disk', forMs: random.int(shortestFillMs, longestFillMs) },
  ]);
}

function endBy(act: Act, leftMs: number): Act {
  return act.how === 'kill'
    ? act
    : { ...act, forMs: Math.max(shortestFreezeMs, Math.min(act.forMs, leftMs)) };
}

/** The acts of `durationMs`. They depend only on the seed. */
export function drawSchedule(seed: string, durationMs: number): Moment[] {
  const random = createRandom(`schedule ${seed}`);
  const moments: Moment[] = [];
  let deck: Act[] = [];
  const draw = (leftMs: number): Act => {
    if (deck.length === 0) deck = drawDeck(random);
    return endBy(deck.pop() as Act, leftMs);
  };
  for (let atMs = random.int(500, 2_000); atMs < durationMs; atMs += random.int(...gapMs)) {
    const count = random.next() < pairs ? 2 : 1;
    moments.push({ atMs, acts: Array.from({ length: count }, () => draw(durationMs - atMs)) });
  }
  const killUp: Act = { how: 'kill', victim: 'up', pick: 0 };
  return [...moments, { atMs: Math.round(durationMs * upIsKilledAt), acts: [killUp] }].sort(
    (a, b) => a.atMs - b.atMs,
  );
}

/**
 * The last acts, all at once, when `up` is ready again. No later event, such as another start of `up`, may be
 * the reason why these processes come back.
 */
export function drawLastBlow(seed: string): Act[] {
  const random = createRandom(`last blow ${seed}`);
  const dead: readonly Victim[] = ['inventory postmaster', 'instance postmaster'];
  return dead.map((victim) => ({ how: 'kill', victim, pick: random.next() }));
}

/** The act in words. */
export function describeAct(act: Act): string {
  return act.how === 'fill the disk'
    ? `${act.how} for ${act.forMs} ms`
    : `${act.how} ${act.victim}${act.how === 'freeze' ? ` for ${act.forMs} ms` : ''}`;
}
