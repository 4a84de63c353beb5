import type { Progress } from '../provider.ts';
import type { Host } from './host.ts';
import { DomainState, domainState, stateOf } from './machine.ts';
import { ErrorCode, isLibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';
import { waitFor } from './wait.ts';

const SHUTDOWN_ACPI = 1;
const SHUTDOWN_AGENT = 2;

/** How long a guest may take to shut down before its power is cut. PostgreSQL's last checkpoint is in it. */
const SHUTDOWN_DEADLINE_MS = 180_000;
/** After the agent took the order and nothing came of it, the power button is pressed. */
const AGENT_DEADLINE_MS = 90_000;
const OFF_DEADLINE_MS = 30_000;

const isOn: readonly number[] = [
  DomainState.running,
  DomainState.blocked,
  DomainState.paused,
  DomainState.suspended,
];

/** Powers the domain on where it is off. One that is paused is on: `keepRunning` says who may let it go on. */
export async function powerOn(host: Host, domain: Domain, progress: Progress): Promise<void> {
  const state = await domainState(host, domain);
  if (isOn.includes(state)) return;
  if (state === DomainState.shutdown) await waitUntilOff(host, domain, progress, SHUTDOWN_DEADLINE_MS);
  progress.report(`powering ${domain.name} on`);
  try {
    await host.call(procedures.domainCreateWithFlags, { dom: domain, flags: 0 }, { timeoutMs: 120_000 });
  } catch (error) {
    // Another attempt was quicker.
    if (!isLibvirtError(error, ErrorCode.operationInvalid) || (await stateOf(host, domain)) !== 'running') {
      throw error;
    }
  }
}

/** Asks the guest through its agent, then by the power button, and cuts the power after a deadline. */
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
    const patience = asked ? Math.min(AGENT_DEADLINE_MS, deadlineMs / 2) : 0;
    if (asked && (await isOffWithin(host, domain, progress, patience))) return;
    await askToShutDown(host, domain, SHUTDOWN_ACPI);
    if (await isOffWithin(host, domain, progress, deadlineMs - patience)) return;
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
    // No agent, an agent that does not answer, or a machine that went off in between.
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
    // One that was paused in the middle of it hears nothing any more.
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
