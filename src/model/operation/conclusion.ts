import type { Instance } from '../db-instance/instance.ts';
import type { Status } from '../db-instance/status.ts';
import { type EventText, event } from '../event.ts';
import type { Facts } from '../server/facts.ts';
import { noteRoom } from '../server/room.ts';
import type { Operation } from './operation.ts';

/** Something that an operation promises and that its steps have not recorded. */
export type Missing = 'serving' | 'password' | 'storage' | 'class' | 'stopped';

type Concluded = Pick<Operation, 'type' | 'input' | 'facts'>;

/** Whether the operation gives the master user a password. The secret goes from the inventory when that is done. */
export function setsPassword({ type, input }: Pick<Operation, 'type' | 'input'>): boolean {
  return type === 'createDbInstance' || input.modification?.masterPassword === true;
}

// Each takes two steps, one at the provider and one in the guest: the second alone may follow on a forged first.
function hasStorage(facts: Facts, asked: number | undefined): boolean {
  return facts.allocatedStorage === asked && (asked === undefined || facts.enlarged !== undefined);
}

function hasClass(facts: Facts, asked: string | undefined): boolean {
  return facts.dbInstanceClass === asked && (asked === undefined || facts.resized !== undefined);
}

/**
 * What is missing before the operation may be called a success, in an order in which it can be done.
 * @param passwordWaits whether the password is still among the inventory's secrets
 */
export function findMissing({ type, input, facts }: Concluded, passwordWaits: boolean): Missing[] {
  if (type === 'stopDbInstance') return facts.stopped ? [] : ['stopped'];
  const { allocatedStorage, dbInstanceClass } = input.modification ?? {};
  return [
    ...(facts.serving ? [] : (['serving'] as const)),
    ...(setsPassword({ type, input }) && passwordWaits ? (['password'] as const) : []),
    ...(hasStorage(facts, allocatedStorage) ? [] : (['storage'] as const)),
    ...(hasClass(facts, dbInstanceClass) ? [] : (['class'] as const)),
  ];
}

function noted(...parts: readonly (Facts['made'] | undefined)[]): EventText[] {
  return parts.flatMap((part) => part?.notes ?? []).map((note) => event('CORNAC-EVENT-NOTE', note));
}

function modificationEvents({ input, facts }: Concluded): EventText[] {
  const { masterPassword, allocatedStorage, dbInstanceClass } = input.modification ?? {};
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

function eventsOf(operation: Concluded): EventText[] {
  switch (operation.type) {
    case 'createDbInstance':
      return [event('RDS-EVENT-0005'), ...noted(operation.facts.made)];
    case 'modifyDbInstance':
      return modificationEvents(operation);
    case 'rebootDbInstance':
      return [event('RDS-EVENT-0006')];
    case 'startDbInstance':
      return [event('RDS-EVENT-0088')];
    case 'recoverDbInstance':
      return [event('RDS-EVENT-0021')];
    case 'stopDbInstance':
      return [event('RDS-EVENT-0087')];
    case 'deleteDbInstance':
      return [event('RDS-EVENT-0003')];
    default:
      return operation.type satisfies never;
  }
}

/** What an operation leaves behind that has nothing missing: all of it from the inventory's own rows. */
export function conclude(
  operation: Concluded,
  instance: Pick<Instance, 'identifier' | 'availableAt' | 'shortage'>,
  now: Date,
): { status: Status; patch: Partial<Instance>; events: EventText[] } {
  const { type, input, facts } = operation;
  const events = eventsOf(operation);
  if (type === 'stopDbInstance') return { status: 'stopped', patch: { pending: {} }, events };
  const { allocatedStorage, dbInstanceClass } = input.modification ?? {};
  const { address, engineVersion, room } = facts.serving ?? {};
  const told = room && noteRoom(instance, room);
  const patch = {
    ...(address !== undefined && { address }),
    ...(engineVersion !== undefined && { engineVersion }),
    ...(allocatedStorage !== undefined && { allocatedStorage }),
    ...(dbInstanceClass !== undefined && { dbInstanceClass }),
    ...(instance.availableAt === null && { availableAt: now }),
    ...told?.patch,
  };
  return { status: told?.status ?? 'available', patch, events: [...events, ...(told?.events ?? [])] };
}
