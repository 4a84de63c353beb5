import { checkInstances } from './check-instances.ts';
import { messagesOf, tellsFailure, tellsSuccess } from './events.ts';
import {
  type Ending,
  type Expectation,
  emptyExpectation,
  expectCall,
  mayChangeNothing,
} from './expectation.ts';
import type { Call, Seen, Told } from './journal.ts';

/** The findings when everything is calm. */
export interface World {
  readonly calls: readonly Call[];
  readonly events: readonly Told[];
  readonly instances: readonly Seen[];
  /** DBInstanceIdentifiers of the machines, one entry for each machine. */
  readonly machines: readonly string[];
}

/** The result of the check: one line for each fault. */
export interface Findings {
  readonly acknowledged: number;
  /** Acknowledged calls that had no effect and for which no event gives a reason. */
  readonly lost: readonly string[];
  /** Instances, machines and effects that exist once too often or without a call. */
  readonly doubled: readonly string[];
}

function describeCall({ action, identifier, client, sentAt }: Call): string {
  return `${action} of ${identifier} by ${client} at ${new Date(sentAt).toISOString()}`;
}

/** The time in which an event of a call may have been recorded. */
interface Span {
  readonly since: number;
  readonly until: number;
}

/** Each event reports the end of at most one call: the first call that it fits. */
function createLedger(events: readonly Told[]) {
  const left = [...events].sort((a, b) => a.date - b.date);
  return {
    left,
    find: ({ since, until }: Span, matches: (event: Told) => boolean): Told | undefined =>
      left.find((event) => event.date >= since && event.date < until && matches(event)),
    take: (event: Told) => {
      left.splice(left.indexOf(event), 1);
    },
  };
}
type Ledger = ReturnType<typeof createLedger>;

/** How the call ended according to the events, which are used up by it. */
function findEnding(ledger: Ledger, call: Call, span: Span): Ending {
  const messages = messagesOf(call);
  const [first] = messages;
  if (first === undefined) return 'done';
  const success = ledger.find(span, ({ message }) => message === first);
  const failure = ledger.find(span, (event) => tellsFailure(event, call.action));
  if (failure && (!success || failure.date < success.date)) {
    ledger.take(failure);
    return 'told why not';
  }
  const all = messages.map((each) => ledger.find(span, ({ message }) => message === each));
  if (all.some((event) => event === undefined)) return 'unknown';
  for (const event of all) if (event) ledger.take(event);
  return 'done';
}

/** Whether a deletion has overtaken the call's operation. Such an operation has no further events. */
function isOvertaken(call: Call, later: readonly Call[]): boolean {
  const [next] = later.filter(
    (each) =>
      each.outcome !== 'refused' &&
      messagesOf(each).length > 0 &&
      (each.resource === call.resource || each.resource === undefined),
  );
  return next?.action === 'DeleteDBInstance';
}

/** Successes that no call has asked for. An `unanswered` call may have asked for one. */
function findUnasked(ledger: Ledger, unanswered: readonly Call[]): string[] {
  const open = [...unanswered];
  return ledger.left.filter(tellsSuccess).flatMap((event) => {
    const asker = open.findIndex(
      (call) => call.sentAt <= event.date && messagesOf(call).includes(event.message),
    );
    if (asker < 0) {
      return [`${event.identifier}: "${event.message}" at ${new Date(event.date).toISOString()}`];
    }
    // A modification has several messages, so the first message does not use it up.
    if (open[asker]?.action !== 'ModifyDBInstance') open.splice(asker, 1);
    return [];
  });
}

/** The end of an acknowledged call. A modification to the present values ends without an event. */
function endOf(call: Call, span: Span, expected: Expectation, ledger: Ledger): Ending {
  const isNothing = call.action === 'ModifyDBInstance' && mayChangeNothing(expected, call.asked);
  const ending = findEnding(ledger, call, span);
  return ending === 'unknown' && isNothing ? 'done' : ending;
}

/**
 * The earliest time at which a new instance may get the name: clients ask for a create when the name is free.
 */
function findNextLife(later: readonly Call[]): number {
  return (
    later.find(({ action, outcome }) => action === 'CreateDBInstance' && outcome !== 'refused')?.sentAt ??
    Number.POSITIVE_INFINITY
  );
}

function checkCalls(calls: readonly Call[], events: readonly Told[]) {
  const ledger = createLedger(events);
  const lost: string[] = [];
  const expectations = new Map<string, Expectation>();
  for (const [index, call] of calls.entries()) {
    const { resource } = call;
    if (call.outcome === 'refused' || resource === undefined) continue;
    const expected = expectations.get(resource) ?? emptyExpectation();
    expectations.set(resource, expected);
    const rest = calls.slice(index + 1);
    const span = { since: call.sentAt, until: findNextLife(rest) };
    const ending = call.outcome === 'unanswered' ? 'unknown' : endOf(call, span, expected, ledger);
    const isLost = call.outcome === 'acknowledged' && ending === 'unknown';
    if (isLost && !isOvertaken(call, rest)) lost.push(describeCall(call));
    expectCall(expected, call, ending);
  }
  const unanswered = calls.filter(({ outcome }) => outcome === 'unanswered');
  return { lost, doubled: findUnasked(ledger, unanswered), expectations };
}

function byAnswer(a: Call, b: Call) {
  return a.answeredAt - b.answeredAt;
}

/**
 * Compares acknowledged calls with the state of the world. Each acknowledged call was done once, or an event
 * gives the reason why it was not. The last acknowledged values hold. No instance and no machine exists
 * without a call.
 */
export function checkOperations({ calls, events, instances, machines }: World): Findings {
  const lost: string[] = [];
  const doubled: string[] = [];
  const expectations = new Map<string, Expectation>();
  for (const identifier of new Set(calls.map((call) => call.identifier))) {
    const found = checkCalls(
      calls.filter((call) => call.identifier === identifier).sort(byAnswer),
      events.filter((event) => event.identifier === identifier),
    );
    lost.push(...found.lost);
    doubled.push(...found.doubled);
    for (const [resource, expected] of found.expectations) expectations.set(resource, expected);
  }
  const found = checkInstances({ calls, events, instances, machines }, expectations);
  return {
    acknowledged: calls.filter(({ outcome }) => outcome === 'acknowledged').length,
    lost: [...lost, ...found.lost],
    doubled: [...doubled, ...found.doubled],
  };
}
