import { findMissing, type Missing, setsPassword } from '../model/operation/conclusion.ts';
import type { Operation } from '../model/operation/operation.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { finalFailure } from './activity-failure.ts';
import { createBackupWork } from './backup-work.ts';
import type { ActivityDeps } from './deps.ts';
import { createGuestWork } from './guest-work.ts';
import { createMachineWork } from './machine.ts';
import type { HeldCall } from './operation-activity.ts';
import { createReplicaWork } from './replica-work.ts';

/**
 * Two rounds, because growing the storage takes back a class that was reached; the second round reaches the
 * class again.
 */
const ROUNDS = 2;

/**
 * Does what an operation promises and none of its steps has recorded. Either a worker of 0.2 took the step
 * and recorded nothing, or a stranger answered for the step. Each step recognises its effect where it exists.
 */
export function createCatchUp(deps: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>) {
  const { inventory } = deps;
  const [machine, guest] = [createMachineWork(deps), createGuestWork(deps)];
  const [backups, replicas] = [createBackupWork(deps), createReplicaWork(deps)];

  const grow = async (call: HeldCall): Promise<void> => {
    await machine.resizeMachine(call, 'present');
    await guest.growDisk(call);
  };
  const changeClass = async (call: HeldCall): Promise<void> => {
    if (await machine.resizeMachine(call, 'asked')) {
      await guest.stopPostgres(call);
      await machine.stopMachine(call);
    }
    await guest.restartPostgres(call, 'asked');
  };
  const work: Readonly<Record<Missing, (call: HeldCall) => Promise<void>>> = {
    promoted: replicas.promote,
    streaming: replicas.awaitReplication,
    serving: guest.startPostgres,
    password: (call) =>
      rulesOf(call.operation.type).makes ? guest.ensureMaster(call) : guest.setMasterPassword(call),
    storage: grow,
    class: changeClass,
    stopped: machine.stopMachine,
    backup: backups.takeBackup,
  };

  const find = async (operation: Operation): Promise<Missing[]> => {
    const waits = setsPassword(operation) && (await inventory.findSecret(operation.resource.id, 'master'));
    return findMissing(operation, Boolean(waits));
  };

  return {
    grow,
    /**
     * @returns the operation with all its facts
     * @throws ApplicationFailure NotReached
     */
    async complete(call: HeldCall): Promise<Operation> {
      let { operation } = call;
      let missing = await find(operation);
      for (let rounds = 0; missing.length > 0 && rounds < ROUNDS; rounds++) {
        for (const each of missing) await work[each]({ ...call, operation });
        const found = await inventory.operations.look(call.ref);
        if (!found.operation || found.instance?.operationId !== operation.id) break;
        operation = found.operation;
        missing = await find(operation);
      }
      if (missing.length === 0) return operation;
      throw finalFailure('NotReached', `without effect: ${missing.join(', ')}`);
    },
  };
}
