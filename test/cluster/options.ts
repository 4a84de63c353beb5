import { parseArgs } from 'node:util';

/** The options of a run. */
export interface ClusterOptions {
  readonly seed: string;
  /** How long Temporal is unreachable. */
  readonly outageMs: number;
  /** The directory of this run: its files, the journal, logs. */
  readonly directory: string;
  /** Whether only the processes of this run are visible. */
  readonly isAlone: boolean;
}

/**
 * Longer than the heartbeat timeout of a step (20 s), than the longest pause of a dispatcher, and than the
 * time after which a starting worker gives up on Temporal (6 s). It therefore shows every effect that an
 * outage of minutes has.
 */
const DEFAULT_OUTAGE_S = 45;
const LONGEST_OUTAGE_S = 3_600;

/** @throws TypeError, Error with the reason */
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
