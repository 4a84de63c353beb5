import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import type { InventoryAddress } from '../../src/inventory/database/address.ts';
import { type KeeperPace, keepInventory } from '../../src/reconcile/inventory-keeper.ts';
import { tryLogin } from '../../src/reconcile/inventory-login.ts';
import { inventoryMachineOf } from '../../src/reconcile/recover-inventory.ts';
import { findSshd } from '../support/local-machine.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';

export const PACE: KeeperPace = {
  lookMs: 50,
  loginMs: 100,
  machineMs: 100,
  firstRetryMs: 50,
  longestRetryMs: 500,
};
export const MACHINE = 'cornac-cornac';

/** Keepers of this world's inventory, and what they and the tests look at. */
export function createKeeping(world: World) {
  function until(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
    return waitUntil(what, look, { withinMs: 120_000, everyMs: 50 });
  }
  async function isIn() {
    return (await tryLogin(world.databaseUrl)).state === 'in';
  }
  async function isOn() {
    return (await world.provider.findMachine(MACHINE))?.state === 'running';
  }
  async function pidOf(file: string): Promise<number> {
    return Number.parseInt(await readFile(`${world.stateDir}/machines/${MACHINE}/${file}`, 'utf8'), 10);
  }
  function postmaster() {
    return pidOf('data/pgdata/postmaster.pid');
  }
  function sshd(): number {
    const pid = findSshd(`${world.stateDir}/machines/${MACHINE}`);
    assert.ok(pid);
    return pid;
  }
  async function kill(pid: number) {
    return process.kill(pid, 'SIGKILL');
  }

  /** A keeper that runs until the test ends, and the lines that it logs. */
  function keep(
    t: TestContext,
    databaseUrl: InventoryAddress = world.databaseUrl,
    { refuseCertificate, ...more }: { afterFirstAnswer?: boolean; refuseCertificate?: string } = {},
  ) {
    const said: string[] = [];
    const stop = new AbortController();
    const log = { info: (text: string) => said.push(text), error: (text: string) => said.push(text) };
    const inventory = inventoryMachineOf(
      typeof databaseUrl === 'string' ? databaseUrl : databaseUrl.url,
      'cornac-',
    );
    assert.ok(inventory);
    let starts = 0;
    const startMachine: World['provider']['startMachine'] = async (name, progress) => {
      const machine = await world.provider.startMachine(name, progress);
      starts += 1;
      return machine;
    };
    let configured = 0;
    const configure: World['guest']['configure'] = async (...call) => {
      configured += 1;
      if (refuseCertificate !== undefined) throw new Error(refuseCertificate);
      return world.guest.configure(...call);
    };
    const place = {
      provider: { ...world.provider, startMachine },
      guest: { ...world.guest, configure },
    };
    const running = keepInventory({ databaseUrl, inventory, place, log, ...more }, stop.signal, PACE);
    const end = async () => {
      stop.abort();
      await running;
    };
    t.after(end);
    return {
      said,
      end,
      hasSeenMachine: () => starts > 0,
      countStarts: () => starts,
      countConfigured: () => configured,
    };
  }

  return { until, isIn, isOn, postmaster, sshd, kill, keep };
}
