import { setTimeout as delay } from 'node:timers/promises';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { noProgress } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';
import { tryLogin } from './inventory-login.ts';
import { createNews, type KeeperLog, reasonOf } from './keeper-news.ts';
import { probePostgres } from './postgres-probe.ts';
import {
  certifyInventory,
  findOwnMachine,
  type InventoryMachine,
  recoverInventory,
} from './recover-inventory.ts';
import type { Place } from './server-status.ts';

export interface KeeperDeps {
  readonly databaseUrl: InventoryAddress;
  readonly inventory: InventoryMachine;
  readonly place: Place;
  readonly log: KeeperLog;
  /**
   * Whether another process starts the inventory first. The keeper then acts only after the inventory has
   * answered once.
   */
  readonly afterFirstAnswer?: boolean;
}

/** Milliseconds between two attempts of a kind. */
export interface KeeperPace {
  readonly lookMs: number;
  readonly loginMs: number;
  readonly machineMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

const PACE: KeeperPace = {
  lookMs: 1_000,
  loginMs: 15_000,
  machineMs: 15_000,
  firstRetryMs: 1_000,
  longestRetryMs: 30_000,
};

/** After so many failed looks in a row the inventory is down. A restart takes less. */
const MAX_FAILED_PROBES = 3;
/** After so many busy attempts the server counts as hanging. A recovery takes several. */
const MAX_BUSY_ATTEMPTS = 6;
/** A running machine proves in a second or two whose it is. */
const PROBE_TIMEOUT_MS = 15_000;
/** A boot and a recovery take time, but one attempt must not hang for ever. */
const ATTEMPT_MS = 15 * 60_000;

/**
 * Keeps the inventory's PostgreSQL running until `signal` is aborted. The reconciler, which keeps everything
 * else running, must read the inventory first; the keeper asks neither the inventory nor Temporal. It probes
 * the port every second and logs in now and then. Where the inventory is down, on a machine of Cornac's own,
 * it starts machine and server. Several keepers at once are harmless. Never throws.
 */
export async function keepInventory(
  { databaseUrl, inventory, place, log, afterFirstAnswer = false }: KeeperDeps,
  signal: AbortSignal,
  pace: KeeperPace = PACE,
): Promise<void> {
  const { hostname, port, machine } = inventory;
  const news = createNews(log, machine);
  const progress = noProgress(signal);
  let mayAct = !afterFirstAnswer;
  /** Whether DATABASE_URL names the machine; undefined until that is known. */
  let isOurs: boolean | undefined;
  let busy = 0;
  let misses = 0;
  let refusals = 0;
  let retryMs = pace.firstRetryMs;
  let nextTry = 0;
  let nextProof = 0;
  let nextLogin = 0;
  let nextMachine = 0;

  const recover = async (): Promise<void> => {
    news.report('down');
    const attempt = (limited: AbortSignal) =>
      recoverInventory(inventory, place, { ...progress, signal: limited });
    try {
      const result = isOurs === false ? 'foreign' : ((await within(ATTEMPT_MS, attempt, signal)) ?? 'busy');
      // Only a machine that was compared is foreign for good. A missing machine may come back.
      if (result === 'foreign' && (await place.provider.findMachine(machine))) isOurs = false;
      busy = result === 'busy' ? busy + 1 : 0;
      if (busy >= MAX_BUSY_ATTEMPTS) {
        news.report('refused', 'it has been starting or stopping for some time, or hangs');
      }
      if (result !== 'started' && result !== 'busy') news.report(result);
    } catch (error) {
      if (!signal.aborted) news.report('failed', reasonOf(error));
    }
    nextTry = Date.now() + retryMs;
    retryMs = Math.min(2 * retryMs, pace.longestRetryMs);
  };

  /**
   * A server that an older Cornac made has no certificate yet, or its certificate has expired. An impostor
   * gets none. A certificate of another authority stays, because a worker with a wrong secret key must not
   * take the inventory from all others.
   */
  const certify = async (): Promise<void> => {
    if (Date.now() < nextProof) return;
    nextProof = Date.now() + pace.longestRetryMs;
    const attempt = (limited: AbortSignal) =>
      certifyInventory(inventory, place, { ...progress, signal: limited }).then(() => true);
    try {
      if (!(await within(PROBE_TIMEOUT_MS, attempt, signal))) {
        news.report('uncertified', `not finished in ${PROBE_TIMEOUT_MS / 1000} s`);
      }
    } catch (error) {
      if (!signal.aborted) news.report('uncertified', reasonOf(error));
    }
  };

  /**
   * Logs in now and then, because a server that hangs, or refuses every client, still answers at its port.
   */
  const logIn = async (): Promise<'up' | 'down'> => {
    const login = await tryLogin(databaseUrl);
    nextLogin = Date.now() + (login.state === 'in' ? pace.loginMs : pace.lookMs);
    if (login.state === 'unreachable') return 'down';
    if (login.state === 'in') {
      refusals = 0;
      news.report('up');
      return 'up';
    }
    refusals += 1;
    if (login.state === 'unproven' && login.requiresCertificate) await certify();
    if (refusals >= MAX_FAILED_PROBES) news.report(login.state, login.reason);
    return 'up';
  };

  /** Checks Cornac's access to the machine, because a local machine's sshd may have died alone. */
  const lookAtMachine = async (): Promise<void> => {
    nextMachine = Date.now() + pace.machineMs;
    const found = await place.provider.findMachine(machine).catch(() => undefined);
    // A machine that is off while the inventory answers is foreign, unless it was once found to be the
    // inventory's.
    if (!found || signal.aborted || (found.state === 'stopped' ? !isOurs : isOurs !== undefined)) return;
    try {
      const find = (limited: AbortSignal) =>
        findOwnMachine(inventory, place, { ...progress, signal: limited }).then((own) => own !== undefined);
      // A guest that hangs must not stop the looks at the inventory.
      const own = await within(PROBE_TIMEOUT_MS, find, signal);
      isOurs ??= own;
    } catch {
      // The machine, its host or a name server does not answer. The next look may find out.
    }
  };

  const look = async (): Promise<'up' | 'down' | 'unsure'> => {
    const answer = await probePostgres(hostname, port);
    if (answer !== 'up' || Date.now() < nextLogin) return answer;
    return logIn();
  };

  while (!signal.aborted) {
    const answer = await look();
    if (answer === 'up') {
      mayAct = true;
      misses = 0;
      retryMs = pace.firstRetryMs;
      nextTry = 0;
      if (Date.now() >= nextMachine) await lookAtMachine();
    } else if (answer === 'down') {
      misses += 1;
      nextLogin = 0;
      if (mayAct && misses >= MAX_FAILED_PROBES && Date.now() >= nextTry && !signal.aborted) await recover();
    }
    await delay(pace.lookMs, undefined, { signal }).catch(() => {});
  }
}
