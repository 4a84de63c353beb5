import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CLI } from '../../acceptance/stack.ts';
import { eventually, runInGuest, startVmCornac, type VmCornac } from '../../support/libvirt/cornac.ts';
import { needsMachines, virsh } from '../../support/libvirt/private.ts';

/** How long an output may take. */
const SEEN_MS = 30_000;
const DOMAIN = 'cornac-seen';

/** Black box: what `cornac watch`, `cornac inspect` and a user see of a machine that other people change. */
describe('cornac watch of an operation on a virtual machine', needsMachines, () => {
  let cornac: VmCornac;
  before(async () => {
    cornac = await startVmCornac();
    await cornac.create('seen');
    await cornac.waitFor('seen', 'available');
  });
  after(() => cornac?.remove());

  const command = (...args: string[]) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env: {
        ...process.env,
        CORNAC_CONFIG: cornac.stack.config,
        CORNAC_STATE_DIR: cornac.stateDir,
        SSH_AUTH_SOCK: join(cornac.stateDir, 'agent'),
        CORNAC_IAAS: 'libvirt',
        CORNAC_NETWORK: 'cornac',
        CORNAC_DNS_DOMAIN: '.virt',
        CORNAC_DATABASE_URL: 'postgresql://cornac:1EstP4ss@cornac-cornac.virt:5432/cornac',
        CORNAC_TEMPORAL_ADDRESS: cornac.stack.temporal.address,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part) => {
        text += part;
      });
    }
    const ended = once(child, 'close').then(([status]) => ({ status, text }));
    return { ended, text: () => text };
  };
  const watch = () => command('watch', 'seen');
  const sees = async ({ text }: ReturnType<typeof watch>, words: RegExp): Promise<void> => {
    for (const until = Date.now() + SEEN_MS; Date.now() < until; await delay(100)) {
      if (words.test(text())) return;
    }
    assert.fail(`${words} was not seen in:\n${text()}`);
  };
  const status = async (): Promise<string> =>
    (await cornac.call('describe-db-instances', 'seen')).DBInstances[0].DBInstanceStatus;
  const events = async (): Promise<string> =>
    JSON.stringify(await cornac.aws.rds('describe-events', '--duration', '60'));

  test('shows that a person paused the machine during a reboot, and ends after the resume', async () => {
    await virsh('suspend', DOMAIN);
    await cornac.call('reboot-db-instance', 'seen');
    const watching = watch();
    await sees(watching, /waiting for SSH on cornac-seen .*: paused by a person; Cornac waits/);
    await virsh('resume', DOMAIN);
    const { status, text } = await watching.ended;
    assert.equal(status, 0, text);
    await cornac.waitFor('seen', 'available');
  });

  test('shows a power cut during a reboot, and ends when the machine runs again', async () => {
    await cornac.call('reboot-db-instance', 'seen');
    await virsh('destroy', DOMAIN);
    const watching = watch();
    await eventually('power', async () => (await virsh('domstate', DOMAIN)) === 'running');
    await virsh('destroy', DOMAIN);
    await sees(watching, /waiting for SSH on cornac-seen|powering cornac-seen on/);
    const { status, text } = await watching.ended;
    assert.equal(status, 0, text);
    await cornac.waitFor('seen', 'available');
    assert.match(await cornac.psql('seen', 'SELECT 42'), /42/);
  });

  test('cornac inspect reports a paused machine, and does not resume it', async () => {
    await virsh('suspend', DOMAIN);
    for (let look = 0; look < 2; look++) {
      const { status: code, text } = await command('inspect', 'seen').ended;
      assert.equal(code, 1, text);
      assert.match(text, /seen: its machine cornac-seen is paused by a person; Cornac does nothing/);
    }
    assert.deepEqual([await virsh('domstate', DOMAIN), await status()], ['paused', 'available']);
    await virsh('resume', DOMAIN);
  });

  test('shows another host key at once, and the failure after a minute, whose event names no machine', async () => {
    const file = '/etc/ssh/ssh_host_ed25519_key';
    const script = `rm -f ${file}*; ssh-keygen -q -t ed25519 -N '' -f ${file}; systemctl restart ssh`;
    await runInGuest(DOMAIN, script);
    await cornac.call('reboot-db-instance', 'seen');
    const began = Date.now();
    const watching = watch();
    await sees(watching, /it presents another host key than the pinned one \(SHA256:/);
    const { status, text } = await watching.ended;
    assert.equal(status, 1, text);
    assert.ok(Date.now() - began < 180_000, text);
    const told = await events();
    assert.match(told, /presents another host key than the pinned one/);
    assert.doesNotMatch(told, /SHA256:|cornac-seen|\.virt/);
  });
});
