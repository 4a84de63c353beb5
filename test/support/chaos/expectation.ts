import type { Asked, Call } from './journal.ts';

/** The possible state after all calls, answered or not: each member holds every value that is right. */
export interface Expectation {
  readonly classes: Set<string>;
  readonly storages: Set<number>;
  readonly passwords: Set<string>;
  /** By key; null means that the tag is absent. */
  readonly tags: Map<string, Set<string | null>>;
  readonly statuses: Set<string>;
  /** When the last call that counts was answered. */
  answeredAt: number;
  /** PostgreSQL must have started after this time, because of a reboot. */
  startedAfter: number;
  deletion: 'none' | 'possible' | 'certain';
}

export function emptyExpectation(): Expectation {
  return {
    classes: new Set(),
    storages: new Set(),
    passwords: new Set(),
    tags: new Map(),
    statuses: new Set(),
    answeredAt: 0,
    startedAfter: 0,
    deletion: 'none',
  };
}

/** The end of a call according to the events. */
export type Ending = 'done' | 'told why not' | 'unknown';

function expect<T>(set: Set<T>, value: T | undefined, certain: boolean): void {
  if (value === undefined) return;
  if (certain) set.clear();
  set.add(value);
}

const afterwards: Partial<Record<Call['action'], string>> = {
  CreateDBInstance: 'available',
  StartDBInstance: 'available',
  StopDBInstance: 'stopped',
};

/** Takes one more call into account. Calls come in the order of their answers. */
export function expectCall(expected: Expectation, call: Call, ending: Ending): void {
  const { action, asked, sentAt, answeredAt } = call;
  // The order of two overlapping calls is unknown.
  const certain = ending === 'done' && sentAt >= expected.answeredAt;
  expected.answeredAt = Math.max(expected.answeredAt, answeredAt);
  if (action === 'DeleteDBInstance') {
    if (ending === 'done') expected.deletion = 'certain';
    else if (expected.deletion === 'none') expected.deletion = 'possible';
    return;
  }
  expect(expected.classes, asked.dbInstanceClass, certain);
  expect(expected.storages, asked.allocatedStorage, certain);
  expect(expected.passwords, asked.password, certain);
  expect(expected.statuses, afterwards[action], certain);
  if (action === 'RebootDBInstance' && ending === 'done') {
    expected.startedAfter = Math.max(expected.startedAfter, sentAt);
  }
  for (const [key, value] of Object.entries(asked.tags ?? {})) {
    const values = expected.tags.get(key) ?? new Set([null]);
    expected.tags.set(key, values);
    expect(values, value, certain);
  }
}

/** Whether the call may ask only for present values. Then no operation has to start. */
export function mayChangeNothing(
  { classes, storages }: Expectation,
  { dbInstanceClass, allocatedStorage, password }: Asked,
): boolean {
  return (
    password === undefined &&
    (dbInstanceClass === undefined || classes.has(dbInstanceClass)) &&
    (allocatedStorage === undefined || storages.has(allocatedStorage))
  );
}
