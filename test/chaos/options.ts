import { parseArgs } from 'node:util';

/** What a run is asked for. */
export interface ChaosOptions {
  readonly seed: string;
  readonly minutes: number;
  /** Of this run: the file system of the stack, the journal, logs. */
  readonly directory: string;
  /** Whether `directory`/fs is a file system of its own, which may be filled. */
  readonly ownsDisk: boolean;
  /** Whether no other processes are to be seen than those of this run. */
  readonly isAlone: boolean;
}

/** CI's seed. Another one is another schedule, and other calls. */
const defaultSeed = '1';

/** @throws TypeError, Error saying what is wrong */
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
