import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DBInstance } from '@aws-sdk/client-rds';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';
import { type Aws, createAws } from '../../acceptance/aws.ts';
import { psql } from '../../acceptance/psql.ts';
import { makeStateDir, removeState, type Stack, startStack } from '../../acceptance/stack.ts';
import { startSshAgent } from '../ssh-agent.ts';
import { place, virsh } from './private.ts';
import { makeLibvirtWorld } from './world.ts';

export const PASSWORD = 'C0nf idential!';
/** Long, because a machine without hardware virtualisation needs a minute and a half for ten seconds' work. */
const SLOW_MS = 600_000;

/** Cornac on virtual machines, as users run it: `cornac up`, an SSH agent, the aws CLI, psql. */
export interface VmCornac {
  readonly stateDir: string;
  readonly stack: Stack;
  readonly aws: Aws;
  create(name: string): Promise<void>;
  /** Calls an action on one instance. */
  call(verb: string, name: string, ...args: string[]): ReturnType<Aws['rds']>;
  /** Waits until the instance has that status, or is `gone`. Fails when its status is failed. */
  waitFor(name: string, status: string): Promise<void>;
  psql(name: string, sql: string): Promise<string>;
  /** Names of an instance's volumes in the pool. */
  volumesOf(name: string): Promise<string[]>;
  /** Ends Cornac, and destroys all of its machines. */
  remove(): Promise<void>;
}

/** Polls until `look` finds something. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + SLOW_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await delay(500);
  }
  return assert.fail(`${what} did not happen`);
}

/** Runs a script as root in a machine, by QEMU's guest agent, and waits for its end. It has to succeed. */
export async function runInGuest(domain: string, script: string): Promise<void> {
  const ask = async (execute: string, given: object) =>
    JSON.parse(await virsh('qemu-agent-command', domain, JSON.stringify({ execute, arguments: given })))
      .return;
  const { pid } = await ask('guest-exec', { path: '/bin/sh', arg: ['-c', script] });
  const end = await eventually(`the end of ${script}`, async () => {
    const state: { exited: boolean; exitcode?: number } = await ask('guest-exec-status', { pid });
    return state.exited && state;
  });
  assert.equal(end.exitcode, 0, script);
}

/** @param settings more `CORNAC_*` variables */
export async function startVmCornac(settings: Record<string, string> = {}): Promise<VmCornac> {
  const stateDir = await makeStateDir();
  const keyFile = join(stateDir, 'key');
  await writeFile(keyFile, generateKeyPair().private, { mode: 0o600 });
  const agent = await startSshAgent(join(stateDir, 'agent'));
  const clear = async () => {
    await agent.stop();
    await removeState(stateDir);
    // The machine of the inventory stays when `cornac up` ends.
    await (await makeLibvirtWorld(place)).remove();
  };
  try {
    await agent.add(keyFile);
    const env = {
      SSH_AUTH_SOCK: agent.socket,
      CORNAC_IAAS: 'libvirt',
      CORNAC_NETWORK: place.network,
      CORNAC_DNS_DOMAIN: '.virt',
      CORNAC_DATABASE_URL: 'postgresql://cornac:1EstP4ss@cornac-cornac.virt:5432/cornac',
      ...settings,
    };
    const stack = await startStack(stateDir, { env, readyMs: SLOW_MS });
    return { ...createClient(stack), stateDir, remove: () => stack.stop().then(clear) };
  } catch (error) {
    await clear();
    throw error;
  }
}

function createClient(stack: Stack): Omit<VmCornac, 'stateDir' | 'remove'> {
  const aws = createAws(stack);
  const find = async (name: string): Promise<DBInstance | undefined> => {
    const { DBInstances } = await aws.rds('describe-db-instances');
    return DBInstances.find((one: DBInstance) => one.DBInstanceIdentifier === name);
  };
  return {
    stack,
    aws,
    create: (name) =>
      aws.rds(
        'create-db-instance',
        ...['--db-instance-identifier', name, '--db-instance-class', 'db.t2.micro', '--engine', 'postgres'],
        ...['--allocated-storage', '5', '--master-username', 'postgres', '--master-user-password', PASSWORD],
      ),
    call: (verb, name, ...args) => aws.rds(verb, '--db-instance-identifier', name, ...args),
    waitFor: (name, status) =>
      eventually(`${name} ${status}`, async () => {
        const found = (await find(name))?.DBInstanceStatus ?? 'gone';
        assert.notEqual(found, 'failed', `${name} failed`);
        return found === status;
      }).then(() => {}),
    psql: async (name, sql) => psql((await find(name)) ?? assert.fail(`no ${name}`), PASSWORD, sql),
    volumesOf: async (name) =>
      (await virsh('vol-list', '--pool', place.pool))
        .split('\n')
        .filter((line) => line.includes(`cornac-${name}.`)),
  };
}
