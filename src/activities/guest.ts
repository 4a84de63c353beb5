import type { ClassChoice } from '../model/operation/operation.ts';
import { readClassChoice } from './arguments.ts';
import type { ActivityDeps } from './deps.ts';
import { createGuestWork } from './guest-work.ts';
import type { OperationActivities } from './operation-activity.ts';

/**
 * Steps inside the machine. They wait for an unreachable inventory, because their attempts are for failures
 * of the guest.
 */
export function guestActivities(
  deps: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>,
  { held }: OperationActivities,
) {
  const work = createGuestWork(deps);
  const options = { waitsForInventory: true };
  return {
    /** Prepares the data disk and makes the cluster on it, unless the cluster exists. */
    initCluster: held<[], void>('initCluster', work.initCluster, options),

    /** Returns when PostgreSQL accepts connections, with the settings of the instance's class. */
    startPostgres: held<[], void>('startPostgres', work.startPostgres, options),

    /**
     * Stops and starts PostgreSQL, with the settings of the instance's present class or of the requested
     * class.
     */
    restartPostgres: held<[choice?: ClassChoice], void>(
      'restartPostgres',
      (call) => work.restartPostgres(call, readClassChoice(call.args, call.operation)),
      options,
    ),

    /** Brings the parameters that need no restart to the running server. */
    applyParameters: held<[], void>('applyParameters', work.applyParameters, options),

    /** Stops PostgreSQL before its machine is stopped. */
    stopPostgres: held<[], void>('stopPostgres', work.stopPostgres, options),

    /**
     * Makes the master user and its database, and sets the password from the inventory's secrets. Without a
     * secret the password stays unchanged.
     */
    ensureMaster: held<[], void>('ensureMaster', work.ensureMaster, options),

    /** Sets the master user's password from the inventory's secrets, and does nothing else. */
    setMasterPassword: held<[], void>('setMasterPassword', work.setMasterPassword, options),

    /** Extends the file system over the whole data disk, once the guest sees the requested size. */
    growDisk: held<[], void>('growDisk', work.growDisk, options),
  };
}
