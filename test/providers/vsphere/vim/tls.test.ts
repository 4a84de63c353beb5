import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import tls from 'node:tls';
import { VimUntrusted } from '../../../../src/providers/vsphere/vim/fault.ts';
import type { Trust } from '../../../../src/providers/vsphere/vim/tls.ts';
import { createVim } from '../../../../src/providers/vsphere/vim/vim.ts';
import { skipWithoutGo } from '../../../support/vsphere/build.ts';
import { type Simulator, startSimulator } from '../../../support/vsphere/simulator.ts';

suite('the VIM client trusts a server', { skip: skipWithoutGo }, () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator();
  });

  after(() => simulator?.stop());

  async function login(trust: Trust): Promise<void> {
    const { host, user, password } = simulator;
    const vim = createVim({ url: `https://${host}/sdk`, user, password, trust });
    try {
      await vim.content();
    } finally {
      await vim.close();
    }
  }

  const colons = (thumbprint: string) => thumbprint.toUpperCase().replace(/..(?=.)/g, '$&:');

  test('not when its certificate is of an unknown authority', async () => {
    await assert.rejects(login({}), (error) => {
      assert.ok(error instanceof VimUntrusted);
      assert.match(error.message, /^127\.0\.0\.1:\d+ is not trusted: /);
      return true;
    });
    assert.equal((await simulator.state()).calls, null, 'nothing was sent');
  });

  test('not when its thumbprint is another', async () => {
    await assert.rejects(login({ thumbprint: '00'.repeat(32) }), {
      name: 'VimUntrusted',
      message: new RegExp(`thumbprint is ${simulator.thumbprint}$`),
    });
    assert.equal((await simulator.state()).calls, null, 'nothing was sent');
  });

  test('by its authority', async () => {
    await login({ ca: await readFile(simulator.caFile, 'utf8') });
  });

  test('by the authority that signed it, where nobody named the root above that', async () => {
    await login({ ca: await readFile(simulator.intermediateFile, 'utf8') });
  });

  test('by its thumbprint, on every connection', async () => {
    await login({ thumbprint: simulator.thumbprint });
    await login({ thumbprint: colons(simulator.thumbprint) });
    await assert.rejects(login({ thumbprint: '00'.repeat(32) }), VimUntrusted);
  });

  test('unseen when told so, and for this client only', async () => {
    await login({ noVerify: true });
    await assert.rejects(login({}), VimUntrusted);
    assert.equal(process.env.NODE_TLS_REJECT_UNAUTHORIZED, undefined);
    const [host, port] = simulator.host.split(':');
    const other = tls.connect({ host: String(host), port: Number(port) });
    await assert.rejects(new Promise((_, reject) => other.once('error', reject)), /certificate/);
  });
});
