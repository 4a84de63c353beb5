import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const project = join(import.meta.dirname, '../..');
const root = mkdtempSync(join(tmpdir(), 'cornac-test-libvirt-'));
after(() => rmSync(root, { recursive: true }));

function program(directory: string, name: string, body: string) {
  return writeFileSync(join(directory, name), `#!/bin/sh\n${body}\n`, { mode: 0o755, flag: 'wx' });
}

/** Runs scripts/test-libvirt as a user with this id, without real set-up, namespaces and installations. */
async function run(uid: number, env: Readonly<Record<string, string>> = {}) {
  const checkout = mkdtempSync(join(root, 'checkout-'));
  const bin = join(checkout, 'bin');
  const installed = join(checkout, 'installed');
  for (const directory of [bin, installed, join(checkout, 'cache/cornac')]) {
    mkdirSync(directory, { recursive: true });
  }
  for (const name of ['test-libvirt', 'setup.d']) {
    cpSync(join(project, 'scripts', name), join(checkout, 'scripts', name), { recursive: true });
  }
  program(join(checkout, 'scripts'), 'setup', 'echo "set up $*"');
  program(bin, 'id', `echo ${uid}`);
  program(bin, 'unshare', 'echo "unshare $*"');
  // Debian's own files stay unchanged.
  for (const name of ['install', 'systemctl']) program(bin, name, ':');
  program(
    bin,
    'apt-get',
    `echo "$*" >>'${checkout}/asked'
    case "$*" in *install*)
      for each in libvirtd virtlogd virsh qemu-system-x86_64 qemu-img dnsmasq iptables mmdebstrap tini-static sshd; do
        ln -s /bin/true '${installed}'/$each
      done ;;
    esac`,
  );
  // One program gets another name, so that it is missing on every machine.
  const script = join(checkout, 'scripts/test-libvirt');
  const text = readFileSync(script, 'utf8').replace(
    'mmdebstrap tini-static sshd',
    'mmdebstrap tini-absent sshd',
  );
  writeFileSync(script, text);
  const child = spawn('/bin/sh', [script], {
    env: {
      PATH: `${bin}:${installed}:${process.env.PATH}`,
      HOME: checkout,
      XDG_CACHE_HOME: join(checkout, 'cache'),
      TEST_NO_VM: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      output += part;
    });
  }
  const [status] = await once(child, 'close');
  const asked = join(checkout, 'asked');
  return { status, output, asked: existsSync(asked) ? readFileSync(asked, 'utf8') : '' };
}

test('without root nothing is tested, and the packages that root would install are named', async () => {
  const { status, output, asked } = await run(1000);
  assert.equal(status, 0);
  assert.match(
    output,
    /^SKIPPED, nothing was tested: namespaces need root; missing, too: .*tini-absent: apt-get install/m,
  );
  assert.equal(asked, '');
});

test('the exit status reports the skip to CI', async () => {
  const { status } = await run(1000, { TEST_SKIP_STATUS: '77' });
  assert.equal(status, 77);
});

const hasTun = existsSync('/dev/net/tun');
test(`root ${hasTun ? 'gets the missing packages' : 'gets the reason: no /dev/net/tun'}`, async () => {
  const { status, output, asked } = await run(0);
  if (!hasTun) {
    assert.match(output, /^SKIPPED, nothing was tested: virtual machines need \/dev\/net\/tun$/m);
    return;
  }
  assert.match(
    asked,
    /update\n.*install -y --no-install-recommends openssh-server libvirt-daemon-system .* python3-venv\n$/,
  );
  // A package that is missing after its installation is no reason to skip.
  assert.match(output, /FAILED {3}still missing after the installation: tini-absent/);
  assert.equal(status, 1);
});
