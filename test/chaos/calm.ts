import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DBInstance } from '@aws-sdk/client-rds';
import { describeOpenWorkflows } from '../acceptance/open-workflows.ts';
import { type Access, CLI } from '../acceptance/stack.ts';
import type { TemporalPlace } from '../acceptance/temporal.ts';
import type { Api } from './api.ts';
import type { Fleet } from './fleet.ts';
import type { LogBook } from './log-book.ts';
import type { Writers } from './writers.ts';

/** A stack whose processes are started again when they end. */
export interface Kept {
  readonly temporal: TemporalPlace;
  /** The environment of an operator's commands. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether all processes are ready now. */
  isReady(): boolean;
}

export interface CalmOptions {
  readonly keeper: Kept;
  /** The address of the API, which stays the same after every kill. */
  readonly access: Access;
  /** A client without retries, whose answers show the present state. */
  readonly api: Api;
  readonly fleet: Fleet;
  readonly writers: Writers;
  readonly book: LogBook;
  readonly signal: AbortSignal;
}

// Two rounds of the reconciler, which runs every two minutes, and the operations that the second round
// starts.
const calmMs = 270_000;
// An instance that failed after it was available is retried every ten minutes.
const failedMs = 780_000;
const pollMs = 500;
const tellMs = 5_000;

/** What is not calm yet, in words. An empty list means calm. */
async function findUnrest({ keeper, api, fleet, writers }: CalmOptions, since: number): Promise<string[]> {
  if (!keeper.isReady()) return ['the stack is not ready'];
  const { outcome, code, instances } = await api.send({ action: 'DescribeDBInstances', input: {} });
  if (outcome !== 'acknowledged' || !instances) return [`the API does not answer: ${code}`];
  fleet.see(instances);
  return instances.flatMap((instance) => unrestOf(instance, fleet, writers, since));
}

function unrestOf(instance: DBInstance, fleet: Fleet, writers: Writers, since: number): string[] {
  const { DBInstanceIdentifier: name, DBInstanceStatus: status, DbiResourceId: resource = '' } = instance;
  if (status === 'stopped') return [];
  // Nothing writes to an instance whose deletion was requested. An instance that failed in its deletion stays
  // failed.
  const isGoing = fleet.isForgotten(resource);
  if (status === 'failed' && (isGoing || instance.InstanceCreateTime === undefined)) return [];
  if (status !== 'available') return [`${name} is ${status}`];
  // The API's answer proves that the inventory is available.
  if (name === 'cornac' || isGoing || (writers.lastCommit(resource) ?? 0) > since) return [];
  return [`nobody can write to ${name}`];
}

/** Waits until everything is calm. @returns what is not calm at the deadline */
async function waitForCalm(options: CalmOptions): Promise<string[]> {
  const { book, signal } = options;
  const begun = Date.now();
  let toldAt = begun;
  for (;;) {
    const unrest = await findUnrest(options, begun);
    if (unrest.length === 0 || signal.aborted) return [];
    const onlyFailed = unrest.every((line) => line.endsWith(' is failed'));
    if (Date.now() - begun > (onlyFailed ? failedMs : calmMs)) return unrest;
    if (Date.now() - toldAt > tellMs) {
      toldAt = Date.now();
      book.say(`waiting: ${unrest.join('; ')}`);
    }
    await delay(pollMs);
  }
}

/**
 * Waits until everything has become calm by itself. Where that does not happen, this function helps as an
 * operator would, so that the remaining checks can run.
 * @returns how often help was needed
 */
export async function becomeCalm(options: CalmOptions): Promise<number> {
  const { book, keeper, signal } = options;
  const begun = Date.now();
  for (let help = 0; ; help++) {
    const unrest = await waitForCalm(options);
    if (unrest.length === 0 || signal.aborted) {
      book.say(`calm after ${((Date.now() - begun) / 1_000).toFixed(1)} s${help > 0 ? ', with help' : ''}`);
      return help;
    }
    book.say(`help is needed: ${unrest.join('; ')}`);
    book.say(await describeOpenWorkflows(keeper.temporal).catch(String));
    if (help === 2) throw new Error('everything was tried, and it does not become calm');
    const ended = await promisify(execFile)(process.execPath, [CLI, 'recover', '--instances'], {
      env: keeper.env,
      timeout: 120_000,
    }).then(
      () => 'recover ended well',
      (error: Error) => `recover: ${error.message}`,
    );
    book.say(ended);
  }
}
