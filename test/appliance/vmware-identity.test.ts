import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { makeMachine, needsOverlay } from './machine.ts';

function key(letter: string) {
  return `ssh-ed25519 ${letter.repeat(68)}`;
}
function guestinfo(machine: string, deployKeys: string) {
  return `guestinfo.cornac.machine ${machine}\nguestinfo.cornac.deploy_keys ${deployKeys}\n`;
}

/** VMware's side, as open-vm-tools 12 tells it. */
const answer = `case $1 in
  info-set*) echo "$1" >>/run/told ;;
  'info-get '*) found=$(grep -s "^\${1#info-get } " /run/guestinfo) || { echo 'No value found' >&2; exit 1; }
    echo "\${found#* }" ;;
esac`;
const refuse = "echo 'Permission denied' >&2; exit 1";
const tools = { '/usr/local/bin/vmware-rpctool': answer, '/usr/local/bin/vmtoolsd': refuse };

suite('the identity of a machine on vSphere', needsOverlay, () => {
  const make = async (t: TestContext, files: Readonly<Record<string, string>>) => {
    const machine = await makeMachine(t, { ...tools, ...files });
    const look = async () => {
      const { stdout } = await machine.run(
        'cut -d " " -f 1-2 /etc/ssh/ssh_host_ed25519_key.pub; cat /root/.ssh/authorized_keys /run/told',
      );
      const [hostKey, ...rest] = stdout.trimEnd().split('\n');
      return { hostKey, letIn: rest.filter((line) => line.startsWith('ssh-')), told: rest.at(-1) };
    };
    return { ...machine, look, boot: () => machine.boot('roles/origin/files/cornac-vmware-identity') };
  };

  test('is made at the first boot, and what a user of it says later is not believed', async (t) => {
    const deployKeys = `${key('A')};${key('B')}`;
    const machine = await make(t, { '/run/guestinfo': guestinfo('cornac-a', deployKeys) });
    assert.deepEqual(await machine.boot(), { status: 0, stdout: '', stderr: '' });
    const first = await machine.look();
    assert.deepEqual(first.letIn, [key('A'), key('B')]);
    assert.equal(first.told, `info-set guestinfo.cornac.ssh_host_key ${first.hostKey}`);

    await machine.run('rm /run/told');
    await machine.write('/run/guestinfo', guestinfo('cornac-intruder', key('C')));
    assert.equal((await machine.boot()).status, 0);
    assert.deepEqual(await machine.look(), first);

    await machine.run('rm /run/told /run/guestinfo');
    assert.equal((await machine.boot()).status, 0);
    assert.deepEqual(await machine.look(), first);
  });

  test('is no business of a template', async (t) => {
    const machine = await make(t, {});
    assert.deepEqual(await machine.boot(), { status: 0, stdout: '', stderr: '' });
    assert.equal((await machine.run('ls /etc/ssh/ssh_host_* /root/.ssh /var/lib/cornac')).stdout, '');
  });

  test('is told through vmtoolsd where vmware-rpctool is refused', async (t) => {
    const machine = await make(t, {
      '/usr/local/bin/vmware-rpctool': refuse,
      // It is refused for a while after each call.
      '/usr/local/bin/vmtoolsd': `[ ! -e /run/busy ] || { rm /run/busy; ${refuse}; }; touch /run/busy; shift\n${answer}`,
      '/run/guestinfo': guestinfo('cornac-a', key('A')),
    });
    assert.deepEqual(await machine.boot(), { status: 0, stdout: '', stderr: '' });
    const { hostKey, letIn, told } = await machine.look();
    assert.deepEqual([letIn, told], [[key('A')], `info-set guestinfo.cornac.ssh_host_key ${hostKey}`]);
  });

  test('is not made where VMware does not answer, which is said', async (t) => {
    const machine = await make(t, { '/usr/local/bin/vmware-rpctool': refuse });
    const { status, stderr } = await machine.boot();
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^cornac-vmware-identity: VMware does not tell guestinfo\.cornac\.machine: Permission denied/,
    );
    assert.equal((await machine.run('ls /etc/ssh/ssh_host_* /var/lib/cornac')).stdout, '');
  });

  test('that vCenter cannot be told is said, and told at the next boot', async (t) => {
    const machine = await make(t, {
      '/usr/local/bin/vmware-rpctool': `case $1 in info-set*) ${refuse} ;; esac\n${answer}`,
      '/run/guestinfo': guestinfo('cornac-a', key('A')),
    });
    const { status, stderr } = await machine.boot();
    assert.equal(status, 1);
    assert.match(
      stderr,
      /vCenter cannot be told the SSH host key; is isolation\.tools\.setinfo\.disable set\?: /,
    );
    const { hostKey } = await machine.look();
    await machine.write('/usr/local/bin/vmware-rpctool', answer);
    assert.equal((await machine.boot()).status, 0);
    assert.equal((await machine.look()).told, `info-set guestinfo.cornac.ssh_host_key ${hostKey}`);
  });

  test('keeps the unit that looks for seed disks from looking', async (t) => {
    const machine = await makeMachine(t, {
      '/var/lib/cornac/vmware-identity': 'cornac-a\n',
      '/usr/local/bin/blkid': 'touch /run/looked',
    });
    assert.equal((await machine.boot('roles/origin/files/cornac-identity')).status, 0);
    assert.equal((await machine.run('ls /run/looked /etc/ssh/ssh_host_*')).stdout, '');
  });
});
