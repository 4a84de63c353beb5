import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { z } from 'zod';
import { VimFault, VimUnreachable } from '../../../../src/providers/vsphere/vim/fault.ts';
import { read, readMachinesBelow } from '../../../../src/providers/vsphere/vim/properties.ts';
import type { Ref } from '../../../../src/providers/vsphere/vim/schema.ts';
import { createVim, type Vim } from '../../../../src/providers/vsphere/vim/vim.ts';
import { waitUntil } from '../../../../src/providers/vsphere/vim/wait.ts';
import { skipWithoutGo } from '../../../support/vsphere/build.ts';
import { type Simulator, startSimulator } from '../../../support/vsphere/simulator.ts';

suite('the VIM client', { skip: skipWithoutGo }, () => {
  let simulator: Simulator;
  let vim: Vim;

  const connect = (password = simulator.password) =>
    createVim({
      url: `https://${simulator.host}/sdk`,
      user: simulator.user,
      password,
      trust: { thumbprint: simulator.thumbprint },
      readRetryMs: 5_000,
    });

  before(async () => {
    simulator = await startSimulator();
    vim = connect();
  });

  after(async () => {
    await vim?.close();
    await simulator?.stop();
  });

  async function find(inventoryPath: string): Promise<Ref> {
    const { searchIndex } = await vim.content();
    return (await vim.call('FindByInventoryPath', { _this: searchIndex, inventoryPath })) as Ref;
  }

  const name = { name: z.string() };

  test('objects are found by path, and their properties are read', async () => {
    const origin = await find('datacenter1/vm/templates/cornac--origin');
    assert.equal(origin.type, 'VirtualMachine');
    assert.deepEqual(await read(vim, origin, { ...name, 'config.template': z.boolean() }), {
      name: 'cornac--origin',
      'config.template': false,
    });
    assert.equal(await find('datacenter1/vm/nothing'), undefined);
  });

  test('machines below a datacenter or folder are read, without the folder itself', async () => {
    const names = async (path: string) =>
      (await readMachinesBelow(vim, await find(path), name)).map(({ properties }) => properties.name);
    for (const path of ['datacenter1', 'datacenter1/vm', 'datacenter1/vm/templates']) {
      assert.ok((await names(path)).includes('cornac--origin'), path);
    }
    assert.deepEqual(await names('datacenter1/vm/databases'), ['next-origin']);
  });

  test('a fault has its name', async () => {
    const gone = { type: 'VirtualMachine', value: 'vm-0' };
    await assert.rejects(
      read(vim, gone, name),
      (error) => error instanceof VimFault && error.fault === 'ManagedObjectNotFound',
    );
  });

  test('a wrong password is a fault that does not show it', async () => {
    const wrong = connect('C0nf-canary');
    await assert.rejects(wrong.content(), (error) => {
      assert.ok(error instanceof VimFault);
      assert.equal(error.fault, 'InvalidLogin');
      assert.ok(!JSON.stringify([error.message, error.stack, error.detail, error]).includes('canary'));
      return true;
    });
    await wrong.close();
  });

  test('eight calls that lose their session log in again once', async () => {
    const folder = await find('datacenter1/vm');
    const { Login: before = 0 } = (await simulator.state()).calls;
    await simulator.expireSessions();
    const names = await Promise.all(Array.from({ length: 8 }, () => read(vim, folder, name)));
    assert.deepEqual(names, Array(8).fill({ name: 'vm' }));
    assert.equal((await simulator.state()).calls.Login, before + 1);
  });

  test('a read continues when the network is back', async () => {
    const folder = await find('datacenter1/vm');
    await simulator.cutNetwork(1_000);
    assert.deepEqual(await read(vim, folder, name), { name: 'vm' });
  });

  test('a change is not repeated after a lost answer', async () => {
    const origin = await find('datacenter1/vm/templates/cornac--origin');
    await simulator.fault({ method: 'ReconfigVM_Task', times: 1, lost: true });
    const change = vim.call('ReconfigVM_Task', { _this: origin, spec: { annotation: 'changed' } });
    await assert.rejects(change, VimUnreachable);
    assert.equal((await simulator.state()).calls.ReconfigVM_Task, 1);
  });

  test('a server that was never reached is given up at once', async () => {
    const vim = createVim({ url: 'https://127.0.0.1:1/sdk', user: '', password: '', trust: {} });
    await assert.rejects(vim.content(), VimUnreachable);
    await vim.close();
  });

  suite('a wait', () => {
    const options = () => ({
      deadline: Date.now() + 20_000,
      signal: new AbortController().signal,
      onSlice: () => {},
    });

    const option = z.object({ key: z.string(), value: z.unknown() });

    /** Waits until the origin's note is `text`; `meanwhile` runs after the wait has begun. */
    async function waitForNote(text: string, meanwhile: () => Promise<unknown>): Promise<string | undefined> {
      const origin = await find('datacenter1/vm/templates/cornac--origin');
      const { WaitForUpdatesEx: before = 0 } = (await simulator.state()).calls;
      const found = waitUntil(
        vim,
        origin,
        ['config.extraConfig'],
        async () => {
          const { 'config.extraConfig': extra } = await read(vim, origin, {
            'config.extraConfig': z.array(option),
          });
          return extra.find(({ key }) => key === 'note')?.value === text ? text : undefined;
        },
        options(),
      );
      // The first call returns the present state, and the second waits.
      while (((await simulator.state()).calls.WaitForUpdatesEx ?? 0) < before + 2);
      await meanwhile();
      await read(vim, origin, name); // a change would not be repeated
      const extraConfig = [{ $type: 'OptionValue', key: 'note', value: text }] as const;
      await vim.call('ReconfigVM_Task', { _this: origin, spec: { extraConfig } });
      return found;
    }

    test('a change of the property ends the wait', async () => {
      assert.equal(await waitForNote('one', async () => {}), 'one');
    });

    test('the wait survives the loss of its session', async () => {
      assert.equal(await waitForNote('two', simulator.expireSessions), 'two');
    });

    test('the wait survives a cut network', async () => {
      assert.equal(await waitForNote('three', () => simulator.cutNetwork(500)), 'three');
    });

    test('the deadline ends the wait without a result', async () => {
      const folder = await find('datacenter1/vm');
      const waited = await waitUntil(vim, folder, ['name'], async () => undefined, {
        ...options(),
        deadline: Date.now() + 500,
      });
      assert.equal(waited, undefined);
    });

    test("an abort ends the wait with the signal's reason", async () => {
      const folder = await find('datacenter1/vm');
      const caller = new AbortController();
      const waited = waitUntil(vim, folder, ['name'], async () => undefined, {
        ...options(),
        signal: caller.signal,
      });
      caller.abort(new Error('enough'));
      await assert.rejects(waited, { message: 'enough' });
    });
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await simulator.state()).violations, null);
  });
});
