import type pg from 'pg';
import { type Instance, resourceOf } from '../model/db-instance/instance.ts';
import type { Status } from '../model/db-instance/status.ts';
import type { NewSnapshot } from '../model/db-snapshot/snapshot.ts';
import { dbInstanceAlreadyExists, dbInstanceNotFound, dbParameterGroupNotFound } from '../model/errors.ts';
import type { EventText } from '../model/event.ts';
import { refuseBeginning } from '../model/operation/beginning.ts';
import {
  modificationOf,
  type NewOperation,
  type OperationInputs,
  retainsBackups,
} from '../model/operation/input.ts';
import { type OperationType, rulesOf } from '../model/operation/operation-types.ts';
import { answerOnce, type Call } from './calls.ts';
import type { Database, Transaction } from './database/client.ts';
import { type InstanceRef, lockInstance } from './database/locks.ts';
import {
  INSTANCE_ROWS,
  type InstancePatch,
  isReferenceViolation,
  isUniqueViolation,
  json,
  sourceColumns,
  toColumns,
  toInstance,
} from './database/rows.ts';
import type { Sealer } from './database/sealer.ts';
import { recordEvents } from './events.ts';
import { holdGroups } from './hold-groups.ts';
import { insertOperation } from './insert-operation.ts';
import { insertSnapshot } from './insert-snapshot.ts';
import { createInstanceCache, type InstanceQuery } from './instance-cache.ts';
import { keepWhileRestoring } from './keep-while-restoring.ts';
import { linkReplica } from './replicas.ts';
import { refuseTooManyRetained } from './retained-backups.ts';
import { storeSecret } from './secrets.ts';
import { insertFirstServer, insertServerOf } from './servers.ts';

/** The effect of an API call on an instance. Decided under the lock, written in the same transaction. */
export interface Change {
  /** Columns to set now. */
  readonly patch?: InstancePatch;
  /** The operation to begin. `status` is set where the registry's status is too general. */
  readonly operation?: NewOperation<OperationType<'db-instance'>> & { readonly status?: Status };
  /** SCRAM verifier of a new master password. */
  readonly masterVerifier?: string;
  readonly events?: readonly EventText[];
  /** The snapshot that the operation makes and holds. */
  readonly snapshot?: NewSnapshot;
}

/** An instance after a change, and the change itself. */
export interface Changed {
  readonly instance: Instance;
  readonly change: Change;
}

/** Only the instance's own row. Server, endpoint and parameter group have rows of their own. */
function toNewRow({
  machine: _,
  host: _host,
  address: _address,
  port: _port,
  certificate: _certificate,
  ...row
}: Instance) {
  const { settings, pending, tags, dbSubnetGroup, parameterGroup, appliedParameters, ...others } = row;
  const { replicaOf, readReplicas: _replicas, ...scalars } = others;
  return {
    ...scalars,
    ...sourceColumns(replicaOf),
    settings: json(settings),
    pending: json(pending),
    tags: json(tags),
    parameterGroupName: parameterGroup?.name ?? null,
    parameterGroupRevision: parameterGroup?.chosenAt ?? 0,
    dbSubnetGroupName: dbSubnetGroup?.name ?? null,
    ...(appliedParameters && { appliedParameters: json(appliedParameters) }),
  };
}

interface InstancesDeps {
  readonly database: Database;
  readonly pool: pg.Pool;
  readonly sealer: Sealer;
}

/** The instances of the inventory. API calls change them only through these functions. */
export function createInstances({ database, pool, sealer }: InstancesDeps) {
  const listInstances = createInstanceCache(database, pool);

  const apply = async (
    tx: Transaction,
    instance: Instance,
    change: Change,
    { requestId }: Pick<Call, 'requestId'>,
  ): Promise<Changed> => {
    const { operation } = change;
    if (operation && retainsBackups(operation)) await refuseTooManyRetained(tx);
    const begun = operation && {
      operationId: await insertOperation(tx, resourceOf(instance), operation, requestId),
      status: operation.status ?? rulesOf(operation.type).to,
    };
    const patch: InstancePatch = { ...change.patch, ...begun };
    await holdGroups(tx, patch);
    const changed: Instance = { ...instance, ...patch };
    if (Object.keys(patch).length > 0) {
      const { dbiResourceId } = instance;
      await tx.instance.update({ where: { dbiResourceId }, data: toColumns(patch) }).catch((error) => {
        const group = patch.parameterGroup?.name;
        throw group !== undefined && isReferenceViolation(error) ? dbParameterGroupNotFound(group) : error;
      });
    }
    if (change.masterVerifier) {
      await storeSecret(tx, sealer, instance.dbiResourceId, 'master', change.masterVerifier);
    }
    await recordEvents(tx, resourceOf(changed), change.events ?? []);
    if (change.snapshot) await insertSnapshot(tx, sealer, changed, change.snapshot);
    return { instance: changed, change };
  };

  /**
   * Writes a new instance with its first server, and begins the operation that makes it. The machine gets another name
   * where another server's machine has the wanted name.
   */
  const insert = async (
    tx: Transaction,
    wanted: Instance,
    change: Change,
    call: Pick<Call, 'requestId'>,
  ): Promise<Instance> => {
    await holdGroups(tx, wanted);
    await tx.instance.create({ data: toNewRow(wanted) }).catch((error) => {
      const group = wanted.parameterGroup?.name;
      // The group was deleted since the request read it.
      if (group !== undefined && isReferenceViolation(error)) throw dbParameterGroupNotFound(group);
      throw isUniqueViolation(error) ? dbInstanceAlreadyExists() : error;
    });
    const instance = { ...wanted, machine: await insertFirstServer(tx, wanted) };
    return (await apply(tx, instance, change, call)).instance;
  };

  return {
    /** The instance; undefined when no such instance exists. */
    async find(ref: InstanceRef): Promise<Instance | undefined> {
      return toInstance(await database.instance.findUnique({ where: ref, include: INSTANCE_ROWS }));
    },

    /**
     * Instances by identifier, the inventory's own first. What has not changed since the last call is the
     * same frozen object.
     */
    list: (query: InstanceQuery = {}): Promise<readonly Instance[]> => listInstances(query),

    /** Names of the machines of all servers. */
    async listMachines(): Promise<string[]> {
      return (await database.server.findMany({ select: { machine: true } })).map(({ machine }) => machine);
    },

    /**
     * Writes a new instance, and the operation that makes it.
     * @throws dbInstanceAlreadyExists
     */
    create: (wanted: Instance, masterVerifier: string, call: Call<Instance>): Promise<Instance> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, () =>
          insert(tx, wanted, { operation: { type: 'createDbInstance' }, masterVerifier }, call),
        ),
      ),

    /**
     * Writes a new instance, and the operation that makes it of a snapshot, to a later moment where `input` names one. The
     * snapshot can be deleted when that has ended.
     * @throws dbInstanceAlreadyExists, dbSnapshotNotFound, invalidDBSnapshotState
     */
    restore: (
      wanted: Instance,
      input: OperationInputs['restoreDbInstance'],
      call: Call<Instance>,
    ): Promise<Instance> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          const change: Change = { operation: { type: 'restoreDbInstance', input } };
          const instance = await insert(tx, wanted, change, call);
          await keepWhileRestoring(tx, input.snapshot);
          return instance;
        }),
      ),

    /**
     * Writes a new read replica of `wanted.replicaOf`, and the operation that makes it.
     * @throws dbInstanceAlreadyExists, dbInstanceNotFound, invalidDBInstanceState
     */
    replicate: (wanted: Instance, call: Call<Instance>): Promise<Instance> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          await linkReplica(tx, wanted);
          return insert(tx, wanted, { operation: { type: 'createReadReplica' } }, call);
        }),
      ),

    /**
     * Locks the instance, lets `decide` choose the change, checks that its operation may begin, and writes
     * everything at once. An error from `decide` leaves everything unchanged.
     * @throws dbInstanceNotFound, invalidDBInstanceState
     */
    change(ref: InstanceRef, call: Call<Changed>, decide: (instance: Instance) => Change): Promise<Changed> {
      return database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          const instance = await lockInstance(tx, ref);
          if (!instance) throw dbInstanceNotFound('identifier' in ref ? ref.identifier : ref.dbiResourceId);
          const change = decide(instance);
          if (change.operation) {
            const grows = modificationOf(change.operation)?.allocatedStorage !== undefined;
            refuseBeginning(change.operation.type, instance, grows);
          }
          return apply(tx, instance, change, call);
        }),
      );
    },

    /**
     * Writes an instance that exists already: the inventory's own, after bootstrap. No-op when the row
     * exists.
     */
    async register(instance: Instance, events: readonly EventText[]): Promise<void> {
      await database.$transaction(async (tx) => {
        const { count } = await tx.instance.createMany({ data: [toNewRow(instance)], skipDuplicates: true });
        if (count === 0) return;
        await insertServerOf(tx, instance);
        await recordEvents(tx, resourceOf(instance), events);
      });
    },
  };
}

export type Instances = ReturnType<typeof createInstances>;
