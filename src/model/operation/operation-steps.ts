import { type Asked, modificationOf } from './input.ts';
import type { Operation } from './operation.ts';
import type { OperationType } from './operation-types.ts';

const commonSteps = ['beginOperation', 'settleOperation'] as const;
const passwordSteps = ['setMasterPassword'] as const;
const storageSteps = ['resizeMachine', 'growDisk', 'noteModification'] as const;
const classSteps = ['resizeMachine', 'stopPostgres', 'stopMachine', 'restartPostgres'] as const;

const finalSnapshotSteps = [
  'startMachine',
  'startPostgres',
  'prepareRepository',
  'takeBackup',
  'noteSnapshot',
] as const;

/** Type of an operation → the activities that its workflow may call. Other workflows may not call them. */
export const operationSteps = {
  createDbInstance: [
    ...commonSteps,
    'chooseHost',
    'ensureMachine',
    'startMachine',
    'initCluster',
    'startPostgres',
    'ensureMaster',
    'completeOperation',
  ],
  restoreDbInstance: [
    ...commonSteps,
    'chooseHost',
    'ensureMachine',
    'startMachine',
    'restoreCluster',
    'startPostgres',
    'ensureMaster',
    'completeOperation',
  ],
  createReadReplica: [
    ...commonSteps,
    'chooseHost',
    'ensureMachine',
    'startMachine',
    'copySource',
    'startPostgres',
    'awaitReplication',
    'completeOperation',
  ],
  promoteReadReplica: [
    ...commonSteps,
    'startMachine',
    'promoteReplica',
    'restartPostgres',
    'completeOperation',
  ],
  deleteDbInstance: [...commonSteps, ...finalSnapshotSteps, 'archiveLog', 'destroyMachine', 'forgetInstance'],
  modifyDbInstance: [
    ...commonSteps,
    'startMachine',
    ...passwordSteps,
    ...storageSteps,
    ...classSteps,
    'completeOperation',
  ],
  rebootDbInstance: [...commonSteps, 'startMachine', 'restartPostgres', 'completeOperation'],
  startDbInstance: [...commonSteps, 'startMachine', 'startPostgres', 'completeOperation'],
  stopDbInstance: [...commonSteps, 'stopPostgres', 'stopMachine', 'completeOperation'],
  createDbSnapshot: [...commonSteps, 'prepareRepository', 'takeBackup', 'completeOperation'],
  deleteDbSnapshot: [...commonSteps, 'removeBackup', 'forgetSnapshot'],
  recoverDbInstance: [...commonSteps, 'startMachine', 'startPostgres', 'completeOperation'],
  applyDbParameters: [...commonSteps, 'startMachine', 'applyParameters', 'completeOperation'],
} as const satisfies Record<OperationType, readonly string[]>;

/** An activity that works for an operation. */
export type OperationStep = (typeof operationSteps)[OperationType][number];

/** Whether the operation has the step. A modification has only the steps of its requested parts. */
export function hasStep(asked: Asked, step: OperationStep): boolean {
  const steps: readonly OperationStep[] = operationSteps[asked.type];
  if (!steps.includes(step)) return false;
  const modification = modificationOf(asked);
  if (!modification) return true;
  const { masterPassword, allocatedStorage, dbInstanceClass } = modification;
  const parts: readonly (readonly [boolean, readonly OperationStep[]])[] = [
    [masterPassword === true, passwordSteps],
    [allocatedStorage !== undefined, storageSteps],
    [dbInstanceClass !== undefined, classSteps],
  ];
  const having = parts.filter(([, partSteps]) => partSteps.includes(step));
  return having.length === 0 || having.some(([isAsked]) => isAsked);
}

/** The workflow that calls an activity, as Temporal's server names it. */
export interface Caller {
  readonly workflowId: string | undefined;
  readonly workflowType: string | undefined;
}

/**
 * Why the caller may not take the step for the operation; undefined when it may. Any client of Temporal may
 * start a workflow with any id and type, so this check does not distinguish strangers from Cornac. It allows
 * only steps of an operation in the inventory, on the resource of that operation.
 */
export function refuseStep(
  step: OperationStep,
  { workflowId, workflowType }: Caller,
  operation: (Asked & Pick<Operation, 'resource'>) | undefined,
): string | undefined {
  if (!operation) return 'the operation does not exist';
  if (workflowId !== operation.resource.id) return 'the operation belongs to another resource';
  if (workflowType !== operation.type) return 'the operation has another type';
  return hasStep(operation, step) ? undefined : 'the operation has no such step';
}
