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
  /** With which an operator's commands reach it. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether all of it is ready now. */
  isReady(): boolean;
}

export interface CalmOptions {
  readonly keeper: Kept;
  /** By which the API is reached, whatever is killed. */
  readonly access: Access;
  /** A client that does not try again: what it says is so now. */
  readonly api: Api;
  readonly fleet: Fleet;
  readonly writers: Writers;
  readonly book: LogBook;
  readonly signal: AbortSignal;
}

// Two rounds of the reconciler, which comes every two minutes, and what the second one begins.
const calmMs = 270_000;
// What failed after it was available is tried again every ten minutes.
const failedMs = 780_000;
const pollMs = 500;
const tellMs = 5_000;

/** What still has to come, in words; nothing: it is calm. */
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
  // Nobody writes where a deletion was asked for, done or not; one that failed is as calm as it gets.
  const isGoing = fleet.isForgotten(resource);
  if (status === 'failed' && (isGoing || instance.InstanceCreateTime === undefined)) return [];
  if (status !== 'available') return [`${name} is ${status}`];
  // The inventory answers, or nobody would have told this.
  if (name === 'cornac' || isGoing || (writers.lastCommit(resource) ?? 0) > since) return [];
  return [`nobody can write to ${name}`];
}

/** Waits until everything is calm. @returns what is not, after the time that it may take */
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
 * Waits until everything has become calm by itself. Where it does not, help is given as an operator would, so that the
 * rest can be looked at.
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
