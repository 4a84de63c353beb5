import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import tls from 'node:tls';
import { VimUntrusted } from '../../../../src/providers/vsphere/vim/fault.ts';
import type { Trust } from '../../../../src/providers/vsphere/vim/tls.ts';
import { createVim } from '../../../../src/providers/vsphere/vim/vim.ts';
import { skipWithoutGo } from '../../../support/vsphere/build.ts';
import { type Simulator, startSimulator } from '../../../support/vsphere/simulator.ts';

suite('trust of the VIM client', { skip: skipWithoutGo }, () => {
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

  test('a certificate of an unknown authority is refused, and nothing is sent', async () => {
    await assert.rejects(login({}), (error) => {
      assert.ok(error instanceof VimUntrusted);
      assert.match(error.message, /^127\.0\.0\.1:\d+ is not trusted: /);
      return true;
    });
    assert.equal((await simulator.state()).calls, null, 'nothing was sent');
  });

  test('another thumbprint is refused, and nothing is sent', async () => {
    await assert.rejects(login({ thumbprint: '00'.repeat(32) }), {
      name: 'VimUntrusted',
      message: new RegExp(`thumbprint is ${simulator.thumbprint}$`),
    });
    assert.equal((await simulator.state()).calls, null, 'nothing was sent');
  });

  test('a certificate of the named authority is accepted', async () => {
    await login({ ca: await readFile(simulator.caFile, 'utf8') });
  });

  test('a certificate of the named intermediate authority is accepted without its root', async () => {
    await login({ ca: await readFile(simulator.intermediateFile, 'utf8') });
  });

  test('the thumbprint is compared on every connection', async () => {
    await login({ thumbprint: simulator.thumbprint });
    await login({ thumbprint: colons(simulator.thumbprint) });
    await assert.rejects(login({ thumbprint: '00'.repeat(32) }), VimUntrusted);
  });

  test('no_verify accepts any certificate, and only for this client', async () => {
    await login({ noVerify: true });
    await assert.rejects(login({}), VimUntrusted);
    assert.equal(process.env.NODE_TLS_REJECT_UNAUTHORIZED, undefined);
    const [host, port] = simulator.host.split(':');
    const other = tls.connect({ host: String(host), port: Number(port) });
    await assert.rejects(new Promise((_, reject) => other.once('error', reject)), /certificate/);
  });
});
