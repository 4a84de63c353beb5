import type { Instance } from '../db-instance/instance.ts';
import type { Status } from '../db-instance/status.ts';
import {
  type AppliedParameters,
  differingNames,
  isSame,
  NOTHING_APPLIED,
} from '../db-parameter-group/applied-parameters.ts';
import { type EventText, event } from '../event.ts';
import { certificateEvents, readCertificate } from '../server/certificate.ts';
import type { Facts, ServerFacts } from '../server/facts.ts';
import { noteRoom } from '../server/room.ts';
import {
  type Asked,
  type Modification,
  modificationOf,
  pointInTimeOf,
  promotionOf,
  restoredSnapshotOf,
} from './input.ts';
import type { Operation } from './operation.ts';
import { rulesOf } from './operation-types.ts';

/** A result that the operation must have and that its steps have not recorded. */
export type Missing =
  | 'promoted'
  | 'serving'
  | 'streaming'
  | 'password'
  | 'storage'
  | 'class'
  | 'stopped'
  | 'backup';

type Concluded = Asked & Pick<Operation, 'facts'>;

/** Whether the operation sets the master user's password. Success removes the secret from the inventory. */
export function setsPassword(asked: Asked): boolean {
  return rulesOf(asked.type).makes === true || modificationOf(asked)?.masterPassword === true;
}

// Both need two steps: one at the provider, one in the guest. A guest step alone may follow a forged provider
// step.
function hasStorage(facts: Facts, asked: number | undefined): boolean {
  return facts.allocatedStorage === asked && (asked === undefined || facts.enlarged !== undefined);
}

function hasClass(facts: Facts, asked: string | undefined): boolean {
  return facts.dbInstanceClass === asked && (asked === undefined || facts.resized !== undefined);
}

/**
 * What the operation still needs before it may count as a success, in an order in which it can be done.
 * @param passwordWaits whether the password is still among the inventory's secrets
 */
export function findMissing(operation: Concluded, passwordWaits: boolean): Missing[] {
  const { type, facts } = operation;
  const { leaves, reaches } = rulesOf(type);
  const lacks = (wanted: NonNullable<typeof reaches>) =>
    reaches === wanted && !facts[wanted] ? [wanted] : [];
  if (leaves === 'stopped') return facts.stopped ? [] : ['stopped'];
  if (leaves === 'unchanged') return facts.backup ? [] : ['backup'];
  const { allocatedStorage, dbInstanceClass } = modificationOf(operation) ?? {};
  return [
    ...lacks('promoted'),
    ...(facts.serving ? [] : (['serving'] as const)),
    ...lacks('streaming'),
    ...(setsPassword(operation) && passwordWaits ? (['password'] as const) : []),
    ...(hasStorage(facts, allocatedStorage) ? [] : (['storage'] as const)),
    ...(hasClass(facts, dbInstanceClass) ? [] : (['class'] as const)),
  ];
}

function noted(...parts: readonly (Facts['made'] | undefined)[]): EventText[] {
  return parts.flatMap((part) => part?.notes ?? []).map((note) => event('CORNAC-EVENT-NOTE', note));
}

function modificationEvents(
  { masterPassword, allocatedStorage, dbInstanceClass }: Modification,
  facts: Facts,
): EventText[] {
  return [
    ...(masterPassword ? [event('RDS-EVENT-0016')] : []),
    ...(allocatedStorage === undefined
      ? []
      : [...noted(facts.enlarged), event('RDS-EVENT-0017', `${allocatedStorage} GiB`)]),
    ...(dbInstanceClass === undefined
      ? []
      : [...noted(facts.resized), event('RDS-EVENT-0014', dbInstanceClass)]),
  ];
}

/** The event of the success itself. */
function successEvent(operation: Concluded): EventText[] {
  const { succeeded } = rulesOf(operation.type);
  const { source, time } = pointInTimeOf(operation) ?? {};
  if (source !== undefined) return [event('RDS-EVENT-0019', `${source} to ${time}`)];
  return succeeded ? [event(succeeded, restoredSnapshotOf(operation)?.identifier)] : [];
}

/** The events of an operation that has succeeded. */
export function successEvents(operation: Concluded): EventText[] {
  const { facts } = operation;
  return [
    ...successEvent(operation),
    ...noted(facts.made),
    ...modificationEvents(modificationOf(operation) ?? {}, facts),
  ];
}

/** The events about the parameters that the operation brought to the server. */
function parameterEvents(
  parameters: AppliedParameters | undefined,
  { appliedParameters = NOTHING_APPLIED }: Pick<Instance, 'appliedParameters'>,
): EventText[] {
  if (!parameters) return [];
  if (parameters.refused) {
    const group = parameters.refused.group ?? 'default';
    const changed = differingNames(parameters.refused, parameters).join(', ');
    return [
      event(
        'RDS-EVENT-0035',
        `PostgreSQL does not run with the parameters of the group ${group}, so it runs with its previous ones. ` +
          `${changed && `They differ in: ${changed}. `}` +
          'Change the group; if the instance does not become available by that, reboot it.',
      ),
    ];
  }
  return isSame(parameters, appliedParameters) ? [] : [event('RDS-EVENT-0092')];
}

function foundBy({
  address: _,
  certificate: _certificate,
  ...found
}: NonNullable<Facts['serving']>): ServerFacts {
  return found;
}

/** What the end of the replication makes of an instance. */
export function promotedPatch(
  operation: Concluded,
  { settings }: Pick<Instance, 'settings'>,
): Partial<Instance> {
  const promotion = promotionOf(operation);
  if (!promotion) return {};
  const { backupRetentionPeriod, preferredBackupWindow } = promotion;
  return {
    replicaOf: null,
    replicationFault: null,
    ...(backupRetentionPeriod !== undefined && { backupRetentionPeriod }),
    ...(preferredBackupWindow !== undefined && { settings: { ...settings, preferredBackupWindow } }),
  };
}

/** The outcome of an operation with nothing missing. All of it comes from the inventory's own rows. */
export function conclude(
  operation: Concluded,
  instance: Pick<
    Instance,
    'identifier' | 'availableAt' | 'shortage' | 'appliedParameters' | 'certificate' | 'settings'
  >,
  now: Date,
): { status: Status; patch: Partial<Instance>; found?: ServerFacts; events: EventText[] } {
  const { facts } = operation;
  const events = successEvents(operation);
  if (rulesOf(operation.type).leaves === 'stopped') {
    return { status: 'stopped', patch: { pending: {} }, events };
  }
  if (rulesOf(operation.type).leaves === 'unchanged') return { status: 'available', patch: {}, events };
  const { allocatedStorage, dbInstanceClass } = modificationOf(operation) ?? {};
  const { parameters: appliedParameters } = facts;
  const { address, engineVersion, room, certificate: reported } = facts.serving ?? {};
  const certificate = reported && readCertificate(reported);
  const change = room && noteRoom(instance, room);
  const patch = {
    ...(address !== undefined && { address }),
    ...(engineVersion !== undefined && { engineVersion }),
    ...(allocatedStorage !== undefined && { allocatedStorage }),
    ...(dbInstanceClass !== undefined && { dbInstanceClass }),
    ...(certificate && { certificate }),
    ...(instance.availableAt === null && { availableAt: now }),
    ...(appliedParameters && { appliedParameters }),
    ...change?.patch,
    ...promotedPatch(operation, instance),
  };
  const isFull = change?.status === 'storage-full';
  const served = appliedParameters?.refused ? 'incompatible-parameters' : 'available';
  return {
    status: isFull ? 'storage-full' : served,
    patch,
    ...(facts.serving && { found: foundBy(facts.serving) }),
    events: [
      ...events,
      ...parameterEvents(appliedParameters, instance),
      ...(certificate ? certificateEvents(instance, certificate) : []),
      ...(change?.events ?? []),
    ],
  };
}
