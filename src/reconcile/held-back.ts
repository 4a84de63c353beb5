import type { Instance } from '../model/db-instance/instance.ts';
import { isServing } from '../model/db-instance/status.ts';
import type { Finding, ServerState } from './compare.ts';
import type { Hosts, MachineIndex } from './machines.ts';

type HeldBack = Extract<Finding, { kind: 'held-back' }>;

/** Fewer losses may well happen at once. */
const MIN_LOST = 5;

/** Whether so many instances are lost that the likely cause is elsewhere. */
export function isMost(lost: number, of: number): boolean {
  return lost >= MIN_LOST && 2 * lost > of;
}

/** Whether the instance should have a machine: an operation has made it, and no operation works on it now. */
function shouldHaveMachine({ status, operationId }: Instance): boolean {
  return operationId === null && (isServing(status) || status === 'stopped');
}

function findLoss(
  instances: readonly Instance[],
  named: MachineIndex,
  servers: ReadonlyMap<string, ServerState>,
): Omit<HeldBack, 'host'> | undefined {
  const expected = instances.filter(shouldHaveMachine);
  const missing = expected.filter(({ machine }) => named(machine).length === 0).length;
  if (isMost(missing, expected.length)) {
    return { kind: 'held-back', what: 'machine', lost: missing, of: expected.length };
  }
  // Guests that hung one after the other are `failed` by now, and do not indicate a network outage.
  const states = instances
    .filter(({ status }) => status === 'available')
    .map(({ dbiResourceId }) => servers.get(dbiResourceId));
  const silent = states.filter((state) => state === 'silent').length;
  const known = states.filter((state) => state !== undefined && state !== 'unsure').length;
  return isMost(silent, known) ? { kind: 'held-back', what: 'answer', lost: silent, of: known } : undefined;
}

/**
 * Whether so much is lost at once that the likely cause is elsewhere: a wrong MACHINE_PREFIX, an unmounted
 * pool, a network outage. Judged for the whole and for each host. Held-back findings are not acted on,
 * because it would be wrong both to give a machine up and to start one. An instance that was lost before, and
 * is therefore `failed`, does not count.
 */
export function findHeldBack(
  instances: readonly Instance[],
  named: MachineIndex,
  servers: ReadonlyMap<string, ServerState>,
  { asked, unreachable }: Hosts,
): HeldBack[] {
  const here = instances.filter(({ host }) => host === null || !unreachable.has(host));
  const whole = findLoss(here, named, servers);
  if (whole) return [whole];
  return asked.flatMap((host) => {
    const ofHost = here.filter((instance) => instance.host === host);
    const found = findLoss(ofHost, named, servers);
    return found ? [{ ...found, host }] : [];
  });
}

/** The findings that may be acted on. */
export function withoutHeldBack(findings: readonly Finding[]): readonly Finding[] {
  const held = findings.filter((finding) => finding.kind === 'held-back');
  if (held.length === 0) return findings;
  if (held.some(({ host }) => host === undefined)) return [];
  const hosts = new Set(held.map(({ host }) => host));
  return findings.filter(
    (finding) => !('instance' in finding && hosts.has(finding.instance.host ?? undefined)),
  );
}

/** Why findings are held back, in words that API users may read; null where none is held back. */
export function explainHeldBack(findings: readonly Finding[]): string | null {
  const held = findings.filter((finding) => finding.kind === 'held-back');
  if (held.length === 0) return null;
  const parts = held.map(({ what, lost, of, host }) => {
    const where = host === undefined ? '' : ' of one host';
    return what === 'machine'
      ? `${lost} of ${of} machines${where} are missing`
      : `${lost} of ${of} machines${where} do not answer`;
  });
  return `${parts.join('; ')}. No instance is started or given up until this changes`;
}
