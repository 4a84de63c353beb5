import { Context } from '@temporalio/activity';
import type { PlannedInstance } from '../model/operation.ts';
import { placeOf } from '../providers/places.ts';
import type { Progress, RunningMachine } from '../providers/provider.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';

/** What a step in the machine must find running there. */
type Wanted = 'machine' | 'postgres';

/**
 * Makes activities of what is done inside a machine that a step before has made or found. The first attempt takes it as
 * that step has left it. Each further one powers it on where it is off, with PostgreSQL if that is `wanted`, and learns
 * its address anew: the host may have lost power meanwhile, and nobody else brings back a machine that an operation holds.
 */
export const createInside =
  ({ provider, guest }: Pick<ActivityDeps, 'provider' | 'guest'>) =>
  <Rest extends unknown[], Result>(
    wanted: Wanted,
    run: (
      progress: Progress,
      host: RunningMachine,
      instance: PlannedInstance,
      ...rest: Rest
    ) => Promise<Result>,
  ) => {
    const reachAgain = async (instance: PlannedInstance, progress: Progress): Promise<RunningMachine> => {
      const host = await placeOf(provider, instance).startMachine(instance.machine, progress);
      if (wanted === 'postgres') await guest.startPostgres(host, progress);
      return host;
    };
    return activity(async (progress, found: RunningMachine, instance: PlannedInstance, ...rest: Rest) => {
      // A workflow of 0.1 does not say whose file system is to grow.
      const isFirst = Context.current().info.attempt === 1 || instance === undefined;
      return run(progress, isFirst ? found : await reachAgain(instance, progress), instance, ...rest);
    });
  };
