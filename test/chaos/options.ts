import { parseArgs } from 'node:util';

/** The options of a run. */
export interface ChaosOptions {
  readonly seed: string;
  readonly minutes: number;
  /** The directory of this run: the file system of the stack, the journal, logs. */
  readonly directory: string;
  /** Whether `directory`/fs is a file system of its own, which may be filled. */
  readonly ownsDisk: boolean;
  /** Whether only the processes of this run are visible. */
  readonly isAlone: boolean;
}

/** CI's seed. Another seed gives another schedule and other calls. */
const defaultSeed = '1';

/** @throws TypeError, Error with the reason */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: defaultSeed },
      minutes: { type: 'string', default: '1' },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error(`--minutes: not a time: ${values.minutes}`);
  const directory = env.CORNAC_SUITE_DIR;
  if (directory === undefined) throw new Error('CORNAC_SUITE_DIR is not set: use npm run test:chaos');
  return {
    seed: values.seed,
    minutes,
    directory,
    ownsDisk: env.CORNAC_SUITE_DISK === 'yes',
    isAlone: env.CORNAC_SUITE_ALONE === 'yes',
  };
}
