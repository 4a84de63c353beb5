import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { VimUnreachable } from '../../../../src/providers/vsphere/vim/fault.ts';
import { createVim, type VimOptions } from '../../../../src/providers/vsphere/vim/vim.ts';
import { readVersion } from '../../../../src/system/version.ts';
import { skipWithoutGo } from '../../../support/vsphere/build.ts';
import { type Simulator, startSimulator } from '../../../support/vsphere/simulator.ts';

suite('a session with vCenter', { skip: skipWithoutGo }, () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.clearFaults());
  after(() => simulator?.stop());

  const connect = (changes: Partial<VimOptions> = {}) =>
    createVim({
      url: `https://${simulator.host}/sdk`,
      user: simulator.user,
      password: simulator.password,
      trust: { thumbprint: simulator.thumbprint },
      readRetryMs: 5_000,
      ...changes,
    });
  const find = async (vim: ReturnType<typeof connect>) => {
    const { searchIndex } = await vim.content();
    return vim.call('FindByInventoryPath', { _this: searchIndex, inventoryPath: 'datacenter1' });
  };
  const logins = async () => (await simulator.state()).calls.Login ?? 0;

  test('one HTTP session per client: it names Cornac and ends with a logout', async () => {
    const vim = connect();
    await find(vim);
    const { opened, open, agents } = (await simulator.state()).sessions;
    assert.deepEqual({ opened, open, agents }, { opened: 1, open: 1, agents: [`cornac/${readVersion()}`] });
    await vim.close();
    assert.equal((await simulator.state()).sessions.open, 0);
  });

  test('an expired session is renewed', async () => {
    const vim = connect();
    await find(vim);
    const { opened } = (await simulator.state()).sessions;
    await simulator.expireSessions();
    await find(vim);
    assert.equal((await simulator.state()).sessions.opened, opened + 1);
    await vim.close();
  });

  test('a wrong password is not tried again at once, so that the account is not locked', async () => {
    const wrong = connect({ password: 'C0nf-canary' });
    const before = await logins();
    for (let call = 1; call <= 8; call++) {
      await assert.rejects(find(wrong), (error) => {
        const { fault, message } = error as { fault?: string; message: string };
        assert.equal(fault, 'InvalidLogin');
        if (call > 1) {
          assert.match(
            message,
            /not retried before \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, because a retry could lock/,
          );
        }
        return true;
      });
    }
    assert.equal(await logins(), before + 1);
    await wrong.close();

    const right = connect();
    await find(right);
    await right.close();
  });

  test('a wrong password is tried again after the pause', async () => {
    const wrong = connect({ password: 'wrong', refusedMs: 200 });
    const before = await logins();
    while ((await logins()) < before + 2) {
      await assert.rejects(find(wrong), { fault: 'InvalidLogin' });
      await delay(20);
    }
    await wrong.close();
  });

  test('a read waits while vCenter has no session left, or a proxy answers', async () => {
    for (const status of [503, 502, 200, 500]) {
      const vim = connect();
      await find(vim);
      await simulator.fault({ method: 'FindByInventoryPath', times: 2, status });
      await find(vim);
      await vim.close();
    }
  });

  const answers = {
    503: /answers with HTTP status 503: vCenter is starting, or has no session left$/,
    502: /answers with HTTP status 502$/,
    200: /answers, with HTTP status 200, but the response is not from vCenter: a proxy is in between/,
    500: /answers, with HTTP status 500, but the response is not from vCenter/,
  };
  for (const [status, message] of Object.entries(answers)) {
    test(`an answer with status ${status} that is not SOAP: the error says what is wrong`, async () => {
      const vim = connect({ readRetryMs: 0 });
      await simulator.fault({ method: 'RetrieveServiceContent', times: 1, status: Number(status) });
      await assert.rejects(find(vim), (error) => {
        assert.ok(error instanceof VimUnreachable);
        assert.match(error.message, message);
        return true;
      });
      await vim.close();
    });
  }
});
