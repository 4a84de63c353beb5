import type { Findings, World } from './check-operations.ts';
import type { Expectation } from './expectation.ts';
import type { Call, Seen, Told } from './journal.ts';

/** max_connections by class: LEAST({DBInstanceClassMemory/9531392},5000), with 1 GiB and 2 GiB. */
const maxConnections: Readonly<Record<string, number>> = {
  'db.t2.micro': 112,
  'db.t3.micro': 112,
  'db.t2.small': 225,
};

function list(values: Iterable<unknown>): string {
  return [...values].join(' or ');
}

/**
 * Whether an event reports that an operation of the instance did not succeed. The instance may then be
 * `failed`.
 */
function tellsWhyFailed({ identifier }: Seen, events: readonly Told[]): boolean {
  return events.some((event) => event.identifier === identifier && event.message.includes('did not succeed'));
}

function checkServer({ server, dbInstanceClass }: Seen, expected: Expectation): string[] {
  if (!server) return ['cannot be looked into'];
  const { password, startedAt } = server;
  const connections = maxConnections[dbInstanceClass];
  return [
    ...(password === undefined || !expected.passwords.has(password)
      ? ['does not let in the password that was acknowledged last']
      : []),
    ...(connections === server.maxConnections
      ? []
      : [`has max_connections ${server.maxConnections}, and its class ${dbInstanceClass} is ${connections}`]),
    ...(startedAt < expected.startedAfter
      ? ['was not restarted since the reboot that was acknowledged']
      : []),
  ];
}

function checkTags({ tags }: Seen, expected: Expectation): string[] {
  return [...expected.tags].flatMap(([key, values]) => {
    const value = tags[key] ?? null;
    return values.has(value) ? [] : [`has tag ${key} ${value}, expected: ${list(values)}`];
  });
}

function checkValues(seen: Seen, expected: Expectation, events: readonly Told[]): string[] {
  const { status, dbInstanceClass, allocatedStorage } = seen;
  const isFailed = status === 'failed' && tellsWhyFailed(seen, events);
  return [
    ...(isFailed || expected.statuses.has(status)
      ? []
      : [`is ${status}, expected: ${list(expected.statuses)}`]),
    ...(expected.classes.has(dbInstanceClass)
      ? []
      : [`has class ${dbInstanceClass}, expected: ${list(expected.classes)}`]),
    ...(expected.storages.has(allocatedStorage)
      ? []
      : [`has ${allocatedStorage} GiB, expected: ${list(expected.storages)}`]),
    ...checkTags(seen, expected),
    ...(status === 'available' ? checkServer(seen, expected) : []),
  ];
}

function wasAskedFor({ identifier, resource }: Seen, calls: readonly Call[]): boolean {
  return calls.some(
    (call) =>
      call.action === 'CreateDBInstance' &&
      call.identifier === identifier &&
      (call.resource === resource || call.outcome === 'unanswered'),
  );
}

function findDoubles({ calls, instances, machines }: World): string[] {
  const count = (name: string) => machines.filter((each) => each === name).length;
  const names = new Set(instances.map(({ identifier }) => identifier));
  return [
    ...instances
      .filter((seen) => !wasAskedFor(seen, calls))
      .map(({ identifier }) => `${identifier}: never requested`),
    ...[...names].flatMap((name) => {
      const same = instances.filter(({ identifier }) => identifier === name);
      const isWhole = same.every(({ status }) => status !== 'failed');
      return [
        ...(same.length > 1 ? [`${name}: ${same.length} instances`] : []),
        ...(count(name) > 1 || (isWhole && count(name) === 0) ? [`${name}: ${count(name)} machines`] : []),
      ];
    }),
    ...[...new Set(machines)]
      .filter((name) => !names.has(name))
      .map((name) => `${name}: a machine of no instance`),
  ];
}

/** Checks that the existing instances are those that the calls left, in the expected state. */
export function checkInstances(
  world: World,
  expectations: ReadonlyMap<string, Expectation>,
): Pick<Findings, 'lost' | 'doubled'> {
  const lost = [...expectations].flatMap(([resource, expected]) => {
    const { deletion } = expected;
    const seen = world.instances.find((each) => each.resource === resource);
    if (!seen) {
      const identifier = world.calls.find((call) => call.resource === resource)?.identifier;
      return deletion === 'none' ? [`${identifier} (${resource}) is not there`] : [];
    }
    if (deletion === 'certain') return [`${seen.identifier} was deleted and still exists`];
    return checkValues(seen, expected, world.events).map((wrong) => `${seen.identifier} ${wrong}`);
  });
  return { lost, doubled: findDoubles(world) };
}
