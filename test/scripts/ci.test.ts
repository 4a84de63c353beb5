import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';

const root = mkdtempSync(join(tmpdir(), 'cornac-ci-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'checkout/.ci'), { recursive: true });
cpSync(join(import.meta.dirname, '../../.ci/run'), join(root, 'checkout/.ci/run'));

/** Runs .ci/run with an `npm` that does this; `whenStarted` is called when it has said so. */
const run = async (npm: string, whenStarted: (pid: number) => void = () => {}) => {
  const bin = mkdtempSync(join(root, 'bin-'));
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755, flag: 'wx' });
  const child = spawn(join(root, 'checkout/.ci/run'), [], {
    env: { PATH: bin + delimiter + process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let output = '';
  let started = false;
  child.stdout.on('data', (part) => {
    output += part;
    if (started || !/^started$/m.test(output)) return;
    started = true;
    whenStarted(child.pid ?? Number.NaN);
  });
  const [status] = await once(child, 'close');
  return { status, output, last: output.trim().split('\n').at(-1) };
};

test('ci passes when the tests do', async () => {
  const { status, last } = await run('echo "$CI $1"');
  assert.equal(status, 0);
  assert.match(last ?? '', /^ci: passed after \d+ s$/);
});

test('ci fails with the status of the tests', async () => {
  const { status, last } = await run('exit 7');
  assert.equal(status, 7);
  assert.match(last ?? '', /^ci: FAILED with status 7 after/);
});

test('ci runs all of the tests, and fails although those after the failure pass', async () => {
  const { status, output, last } = await run('echo "does $*"; [ "$2" != test:vsphere ] || exit 3');
  const does = [...output.matchAll(/^does (.*)$/gm)].map(([, what]) => what);
  assert.deepEqual(does.slice(0, 3), ['test', 'run test:vsphere', 'run test:libvirt']);
  assert.match(does[3] ?? '', /^exec .*--package=node-linux-\w+@24 -- npm run test:unit$/);
  assert.equal(status, 3);
  assert.match(output, /^ci: npm run test:vsphere FAILED with status 3$/m);
  assert.match(last ?? '', /^ci: FAILED with status 3 after/);
});

test('ci that is cut short has not passed', async () => {
  // The whole group, as timeout(1) does.
  const { status, last } = await run('echo started; exec sleep 600', (pid) => process.kill(-pid, 'SIGTERM'));
  assert.equal(status, 143);
  assert.match(last ?? '', /^ci: FAILED/);
});

test('ci whose tests end well only because it was cut short has not passed', async () => {
  // The child first: born after the trap, it might lose the signal between its birth and its exec.
  const npm = `sleep 600 & trap 'exit 0' TERM; echo started; wait`;
  const { status, last } = await run(npm, (pid) => process.kill(-pid, 'SIGTERM'));
  assert.equal(status, 143);
  assert.match(last ?? '', /^ci: FAILED, it did not come to its end/);
});
