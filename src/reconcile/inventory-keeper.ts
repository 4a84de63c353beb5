import { setTimeout as delay } from 'node:timers/promises';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { noProgress } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';
import { bringBackInventory, certifyInventory, findOwnMachine, type InventoryMachine } from './bring-back.ts';
import { tryLogin } from './inventory-login.ts';
import { createNews, type KeeperLog, reasonOf } from './keeper-news.ts';
import { probePostgres } from './postgres-probe.ts';
import type { Place } from './server-status.ts';

export interface KeeperDeps {
  readonly databaseUrl: InventoryAddress;
  readonly inventory: InventoryMachine;
  readonly place: Place;
  readonly log: KeeperLog;
  /** Whether somebody else brings it up at first, and this is to wait until it has answered once. */
  readonly afterFirstAnswer?: boolean;
}

/** Milliseconds from one thing to the next. */
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

/** In so many looks in a row it is down: one that is being restarted is away for less. */
const LOOKS = 3;
/** So many attempts may find a server that starts or ends: a recovery takes time. */
const BUSY = 6;
/** A machine that runs tells whose it is in a second or two. */
const LOOK_MS = 15_000;
/** A machine that boots and a server that recovers take time; one attempt shall not hang for ever. */
const ATTEMPT_MS = 15 * 60_000;

/**
 * Keeps the inventory's PostgreSQL running until `signal` is aborted. The reconciler, which looks after all else, must read
 * the inventory first; the keeper asks neither the inventory nor Temporal. Looks at its port every second, logs in now and then, and where
 * it is down, on a machine of Cornac's own, starts machine and server. Several at once are harmless. Never throws.
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
  /** Whether DATABASE_URL names the machine, once that was seen. */
  let isOurs: boolean | undefined;
  let busy = 0;
  let misses = 0;
  let refusals = 0;
  let retryMs = pace.firstRetryMs;
  let nextTry = 0;
  let nextProof = 0;
  let nextLogin = 0;
  let nextMachine = 0;

  const bringBack = async (): Promise<void> => {
    news.tell('down');
    const attempt = (limited: AbortSignal) =>
      bringBackInventory(inventory, place, { ...progress, signal: limited });
    try {
      const result = isOurs === false ? 'foreign' : ((await within(ATTEMPT_MS, attempt, signal)) ?? 'busy');
      // Only a machine that was compared is another's for good. One that is missing may come back.
      if (result === 'foreign' && (await place.provider.findMachine(machine))) isOurs = false;
      busy = result === 'busy' ? busy + 1 : 0;
      if (busy >= BUSY) news.tell('refused', 'it has been starting or ending for some time, or hangs');
      if (result !== 'started' && result !== 'busy') news.tell(result);
    } catch (error) {
      if (!signal.aborted) news.tell('failed', reasonOf(error));
    }
    nextTry = Date.now() + retryMs;
    retryMs = Math.min(2 * retryMs, pace.longestRetryMs);
  };

  /**
   * One that an older Cornac made has no certificate yet, or its time is over. An impostor gets none. One of another
   * authority stays: a worker with a wrong secret key must not take the inventory from all others.
   */
  const certify = async (): Promise<void> => {
    if (Date.now() < nextProof) return;
    nextProof = Date.now() + pace.longestRetryMs;
    const attempt = (limited: AbortSignal) =>
      certifyInventory(inventory, place, { ...progress, signal: limited }).then(() => true);
    try {
      if (!(await within(LOOK_MS, attempt, signal))) {
        news.tell('uncertified', `no end in ${LOOK_MS / 1000} s`);
      }
    } catch (error) {
      if (!signal.aborted) news.tell('uncertified', reasonOf(error));
    }
  };

  /** A log-in now and then: a server that hangs, or lets nobody in, answers at its port all the same. */
  const logIn = async (): Promise<'up' | 'down'> => {
    const login = await tryLogin(databaseUrl);
    nextLogin = Date.now() + (login.state === 'in' ? pace.loginMs : pace.lookMs);
    if (login.state === 'away') return 'down';
    if (login.state === 'in') {
      refusals = 0;
      news.tell('up');
      return 'up';
    }
    refusals += 1;
    if (login.state === 'unproven' && login.lacksCertificate) await certify();
    if (refusals >= LOOKS) news.tell(login.state, login.reason);
    return 'up';
  };

  /** The machine's own part, by which Cornac gets into it: a local machine's sshd may have died alone. */
  const lookAtMachine = async (): Promise<void> => {
    nextMachine = Date.now() + pace.machineMs;
    const found = await place.provider.findMachine(machine).catch(() => undefined);
    // One that is off, while the inventory answers, is another's but where it was seen to be ours.
    if (!found || signal.aborted || (found.state === 'stopped' ? !isOurs : isOurs !== undefined)) return;
    try {
      const find = (limited: AbortSignal) =>
        findOwnMachine(inventory, place, { ...progress, signal: limited }).then((own) => own !== undefined);
      // A guest that hangs must not keep the inventory from being looked at.
      const own = await within(LOOK_MS, find, signal);
      isOurs ??= own;
    } catch {
      // It, its host or a name server does not answer: the next look may tell whose it is.
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
      if (mayAct && misses >= LOOKS && Date.now() >= nextTry && !signal.aborted) await bringBack();
    }
    await delay(pace.lookMs, undefined, { signal }).catch(() => {});
  }
}
