import type { Progress } from '../provider.ts';
import { startError } from './failure.ts';
import type { Host } from './host.ts';
import { DomainState, domainState, stateOf } from './machine.ts';
import { ErrorCode, isLibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';
import { waitFor } from './wait.ts';

const SHUTDOWN_ACPI = 1;
const SHUTDOWN_AGENT = 2;

/** How long a guest may take to shut down, with PostgreSQL's last checkpoint, before its power is cut. */
const SHUTDOWN_DEADLINE_MS = 180_000;
/** How long a shutdown through the agent may take before the power button is pressed. */
const AGENT_DEADLINE_MS = 90_000;
const OFF_DEADLINE_MS = 30_000;

const isOn: readonly number[] = [
  DomainState.running,
  DomainState.blocked,
  DomainState.paused,
  DomainState.suspended,
];

/** Powers the domain on where it is off. A paused domain is on: `keepRunning` decides about its resume. */
export async function powerOn(host: Host, domain: Domain, progress: Progress): Promise<void> {
  const state = await domainState(host, domain);
  if (isOn.includes(state)) return;
  if (state === DomainState.shutdown) await waitUntilOff(host, domain, progress, SHUTDOWN_DEADLINE_MS);
  progress.report(`powering ${domain.name} on`);
  try {
    await host.call(procedures.domainCreateWithFlags, { dom: domain, flags: 0 }, { timeoutMs: 120_000 });
  } catch (error) {
    // Another attempt has powered the domain on.
    if (!isLibvirtError(error, ErrorCode.operationInvalid) || (await stateOf(host, domain)) !== 'running') {
      throw startError(host.name, error);
    }
  }
}

/** Asks the guest to shut down through its agent, then by the power button. Cuts the power after a deadline. */
export async function powerOff(
  host: Host,
  domain: Domain,
  progress: Progress,
  deadlineMs = SHUTDOWN_DEADLINE_MS,
): Promise<void> {
  if ((await stateOf(host, domain)) === 'stopped') return;
  if ((await domainState(host, domain)) !== DomainState.paused) {
    progress.report(`shutting ${domain.name} down`);
    const asked = await askToShutDown(host, domain, SHUTDOWN_AGENT);
    const agentMs = asked ? Math.min(AGENT_DEADLINE_MS, deadlineMs / 2) : 0;
    if (asked && (await isOffWithin(host, domain, progress, agentMs))) return;
    await askToShutDown(host, domain, SHUTDOWN_ACPI);
    if (await isOffWithin(host, domain, progress, deadlineMs - agentMs)) return;
    progress.report(`${domain.name} does not shut down: cutting its power`);
  }
  await cutPower(host, domain);
  await waitUntilOff(host, domain, progress, OFF_DEADLINE_MS);
}

/** @returns whether the guest could be asked */
async function askToShutDown(host: Host, dom: Domain, flags: number): Promise<boolean> {
  try {
    await host.call(procedures.domainShutdownFlags, { dom, flags }, { timeoutMs: 20_000 });
    return true;
  } catch (error) {
    // The guest has no agent, the agent does not answer, or the machine went off in between.
    if (error instanceof Error && /^(LibvirtError|CallTimeout)$/.test(error.name)) return false;
    throw error;
  }
}

export async function cutPower(host: Host, dom: Domain): Promise<void> {
  await orMissing(
    host.call(procedures.domainDestroyFlags, { dom, flags: 0 }, { timeoutMs: 60_000 }),
    ErrorCode.operationInvalid,
    ErrorCode.noDomain,
  );
}

async function isOffWithin(
  host: Host,
  domain: Domain,
  progress: Progress,
  deadlineMs: number,
): Promise<boolean> {
  const deadline = Date.now() + deadlineMs;
  const look = async () => {
    if ((await stateOf(host, domain)) === 'stopped') return true;
    // A guest that was paused meanwhile does not go on with its shutdown.
    const isPaused = (await domainState(host, domain)) === DomainState.paused;
    return isPaused || Date.now() >= deadline ? false : undefined;
  };
  return waitFor(host, domain.name, progress, {
    what: `${domain.name} to shut down`,
    deadlineMs: deadlineMs + 60_000,
    look,
  });
}

function waitUntilOff(host: Host, domain: Domain, progress: Progress, deadlineMs: number): Promise<true> {
  return waitFor(host, domain.name, progress, {
    what: `${domain.name} to be off`,
    deadlineMs,
    look: async () => ((await stateOf(host, domain)) === 'stopped' ? true : undefined),
  });
}
