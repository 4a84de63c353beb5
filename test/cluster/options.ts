import { parseArgs } from 'node:util';

/** What a run is asked for. */
export interface ClusterOptions {
  readonly seed: string;
  /** How long Temporal is unreachable. */
  readonly outageMs: number;
  /** Of this run: its files, the journal, logs. */
  readonly directory: string;
  /** Whether no other processes are to be seen than those of this run. */
  readonly isAlone: boolean;
}

/**
 * Longer than the heartbeat timeout of a step, 20 s, the longest pause of a dispatcher, and the life of a worker that does
 * not reach Temporal at its start, 6 s: nothing that an outage of minutes does is left out.
 */
const DEFAULT_OUTAGE_S = 45;
const LONGEST_OUTAGE_S = 3_600;

/** @throws TypeError, Error saying what is wrong */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): ClusterOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      outage: { type: 'string', default: String(DEFAULT_OUTAGE_S) },
    },
  });
  const outage = Number(values.outage);
  if (!(outage >= 1 && outage <= LONGEST_OUTAGE_S)) {
    throw new Error(`--outage: expected 1 to ${LONGEST_OUTAGE_S} seconds, not ${values.outage}`);
  }
  const directory = env.CORNAC_SUITE_DIR;
  if (directory === undefined) throw new Error('CORNAC_SUITE_DIR is not set: use npm run test:cluster');
  return {
    seed: values.seed,
    outageMs: outage * 1_000,
    directory,
    isAlone: env.CORNAC_SUITE_ALONE === 'yes',
  };
}
