import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

const root = mkdtempSync(join(tmpdir(), 'cornac-ci-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'checkout'), { recursive: true });
cpSync(join(import.meta.dirname, '../../.ci'), join(root, 'checkout/.ci'), { recursive: true });
const isRoot = process.getuid?.() === 0;

/** The summary of node's test runner, as TAP (Node.js 20) or in its own form (Node.js 24). */
function summary({ pass = 3, fail = 0, skipped = 0, sign = '#' } = {}) {
  return [
    ...[`tests ${pass + fail + skipped}`, 'suites 1', `pass ${pass}`, `fail ${fail}`, 'cancelled 0'],
    ...[`skipped ${skipped}`, 'todo 0', 'duration_ms 17.25'],
  ]
    .map((line) => `echo '${sign} ${line}'\n`)
    .join('');
}
// The attack, chaos and cluster suites end with their counts.
const counts = ['attack', 'chaos', 'cluster']
  .map((name) => `[ "$2" != test:${name} ] || echo '${name}: tried 17, accepted 0'\n`)
  .join('');
const passes = summary() + counts;

/** Runs .ci/run with this `npm` script; `whenStarted` is called when the output contains `started`. */
async function run(
  npm: string,
  whenStarted: (pid: number, output: string) => void = () => {},
  env: Record<string, string> = {},
) {
  const bin = mkdtempSync(join(root, 'bin-'));
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755, flag: 'wx' });
  const child = spawn(join(root, 'checkout/.ci/run'), [], {
    env: { PATH: bin + delimiter + process.env.PATH, TMPDIR: bin, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let output = '';
  let started = false;
  child.stdout.on('data', (part) => {
    output += part;
    if (started || !/^started/m.test(output)) return;
    started = true;
    whenStarted(child.pid ?? Number.NaN, output);
  });
  const [status] = await once(child, 'close');
  return { status, output, last: output.trim().split('\n').at(-1) ?? '' };
}

/** A zombie has no command line. Only the system's first process can reap it. */
function isRunning(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

test('ci passes when the tests pass', async () => {
  const { status, output, last } = await run(passes);
  assert.equal(status, 0);
  assert.match(
    output,
    /^ci: npm run test:chaos: passed after \d+ s: 3 passed, 0 failed, 0 skipped; chaos: tried 17, accepted 0$/m,
  );
  assert.match(output, /\n24 passed, 0 failed\nci: .*\n$/);
  assert.match(last, /^ci: passed after \d+ s; nothing was skipped$/);
});

test('ci sets CI=true for its parts', async () => {
  const { status } = await run(`[ "$CI" = true ] || exit 1; ${passes}`);
  assert.equal(status, 0);
});

test('ci fails with the status of the tests', async () => {
  const { status, last } = await run(`${passes} exit 7`);
  assert.equal(status, 7);
  assert.match(last, /^ci: FAILED with status 7 after/);
});

test('ci tells at its end which tests failed and why', async () => {
  const tap = readFileSync(join(import.meta.dirname, 'failed.tap'), 'utf8');
  const { output } = await run(
    `[ "$2" != test:chaos ] || { cat <<'TAP'\n${tap}TAP\nexit 1\n}\n${passes} echo later`,
  );
  const told = output.slice(output.lastIndexOf('\nlater\n'));
  assert.match(told, /^ci: npm run test:chaos: not ok: inner fails\n(.*\n)*?.*should loosely deep-equal$/m);
  assert.match(told, /^ci: npm run test:chaos: not ok: deep\n(.*\n)*? +stack: \|-$/m);
  assert.doesNotMatch(told, /not ok: (suite|outer)/);
});

test('ci tells the last lines of a part that failed without a failed test', async () => {
  const { output } = await run(`[ "$2" != test:chaos ] || { echo no disk; exit 1; }\n${passes}`);
  assert.match(output, /\nci: npm run test:chaos: the last lines:\nno disk\n\d+ passed/);
});

test('ci runs every part, and fails although the parts after the failed one pass', async () => {
  const { status, output, last } = await run(`${passes} echo "does $*"; [ "$2" != test:attack ] || exit 3`);
  const [before = ''] = output.split('the last lines:');
  const does = [...before.matchAll(/^does (.*)$/gm)].map(([, what]) => what);
  assert.deepEqual(does.slice(0, -1), [
    'test',
    'run test:attack',
    'run test:chaos',
    'run test:clients',
    'run test:cluster',
    'run test:vsphere',
    'run test:libvirt',
  ]);
  assert.match(does.at(-1) ?? '', /^exec .*--package=node-linux-\w+@24 -- npm run test:unit$/);
  assert.equal(status, 3);
  assert.match(output, /^ci: npm run test:attack: FAILED \(status 3\) after/m);
  assert.match(last, /^ci: FAILED with status 3 after/);
});

test('ci ends a part that does not end by itself, and runs the other parts', async () => {
  const hangs = `if [ "$2" = test:attack ]; then echo "pid $$"; exec sleep 300; fi; ${passes}`;
  const { status, output } = await run(hangs, undefined, { CI_PART_SECONDS: '3' });
  assert.equal(status, 124);
  assert.match(output, /^ci: npm run test:attack: FAILED \(status 124\) after/m);
  assert.match(output, /^ci: npm run test:libvirt: passed after/m);
  assert.equal(isRunning(/^pid (\d+)$/m.exec(output)?.[1] ?? ''), false);
});

describe('ci fails where a part', () => {
  const faults: readonly [string, string, RegExp][] = [
    ['has tested nothing', '', /not one test ran/],
    ['has found no test', summary({ pass: 0 }), /not one test ran/],
    ['has failed tests and status 0', summary({ fail: 1 }), /tests failed, and its status is 0/],
    [
      'reports a skip that is never allowed',
      "echo 'SKIPPED, nothing was tested: no time'",
      /it was skipped: no time/,
    ],
    ['ends with the status of a skip, without a reason', 'exit 77', /status 77/],
    [
      'skips a test for an unlisted reason',
      `echo 'ok 4 - a # SKIP too slow'\n${summary({ skipped: 1 })}`,
      /tests were skipped: too slow/,
    ],
    [
      'skips a test on Node.js 24',
      `echo '  ﹣ a (0.12ms) # too slow'\n${summary({ skipped: 1, sign: 'ℹ' })}`,
      /tests were skipped: too slow/,
    ],
    [
      'counts a skip that it does not report',
      summary({ skipped: 1 }),
      /1 skipped tests were counted, and 0 told/,
    ],
  ];
  for (const [what, npm, fault] of faults) {
    test(what, async () => {
      const { status, output, last } = await run(
        `if [ "$2" = test:vsphere ]; then\n:\n${npm}\nelse\n${passes}\nfi`,
      );
      assert.notEqual(status, 0);
      const [verdict] = /^ci: npm run test:vsphere: FAILED .*$/m.exec(output) ?? [];
      assert.match(verdict ?? output, fault);
      assert.match(last, /^ci: FAILED with status \d+ after/);
    });
  }

  test('does not print its counts, although it must', async () => {
    const { status, output } = await run(`if [ "$2" = test:attack ]; then\n${summary()}else\n${passes}fi`);
    assert.equal(status, 1);
    assert.match(output, /^ci: npm run test:attack: FAILED \(its counts are missing\) after/m);
  });

  test('skips something that this machine can do', async () => {
    const told = `echo 'chaos: there is no time: the disk is never filled'\n`;
    const { status, output } = await run(`[ "$2" != test:chaos ] || ${told}${passes}`);
    assert.equal(status, 1);
    assert.match(
      output,
      /^ci: npm run test:chaos: FAILED \(tests were skipped: there is no time: .*\) after/m,
    );
  });

  test('is missing', async () => {
    writeFileSync(join(root, 'checkout/package.json'), '{"scripts":{}}');
    const npm = `[ "$2" = test:chaos ] || { ${passes} exit; }\nexec env PATH='${process.env.PATH}' npm "$@"`;
    const { status, output } = await run(npm);
    assert.equal(status, 1);
    assert.match(output, /^ci: npm run test:chaos: FAILED \(status 1\) after/m);
  });
});

describe('ci passes, and reports it in its last line, where', () => {
  test('a test runs only when a person asks for it', async () => {
    const skip = `echo 'ok 2 - Terraform # SKIP it waits for minutes: npm run test:terraform'\n`;
    const { status, last } = await run(
      `[ "$1" = test ] || { ${passes} exit; }\n${skip}${summary({ skipped: 1 })}`,
    );
    assert.equal(status, 0);
    assert.match(last, /^ci: passed .*; skipped: npm test \(it waits for minutes: npm run test:terraform\)$/);
  });

  test('one part leaves tests to another part that runs them', async () => {
    // The second skip is a suite, which the test runner does not count.
    const skip = `for each in 2 3; do echo "ok $each - a # SKIP needs a private libvirt: npm run test:libvirt"; done\n`;
    const { status, last } = await run(
      `[ "$1" = test ] || { ${passes} exit; }\n${skip}${summary({ skipped: 1 })}`,
    );
    assert.equal(status, 0);
    assert.match(last, /; nothing was skipped$/);
  });

  // On a machine with /dev/net/tun the skip is refused; on a machine without it the skip is accepted.
  const cannot = !existsSync('/dev/net/tun');
  test(`a skip for a missing TUN device is ${cannot ? 'accepted without' : 'refused with'} it`, async () => {
    const skip = "echo 'SKIPPED, nothing was tested: virtual machines need /dev/net/tun' >&2; exit 77";
    const { status, last } = await run(`[ "$2" != test:libvirt ] || { ${skip}; }\n${passes}`);
    assert.equal(status, cannot ? 0 : 1);
    assert.match(last, /; skipped: npm run test:libvirt \(virtual machines need \/dev\/net\/tun\)$/);
  });

  test(`a skip for missing root is ${isRoot ? 'refused for root' : 'accepted for a user'}`, async () => {
    const skip = "echo 'SKIPPED, nothing was tested: namespaces need root'; exit 77";
    const { status } = await run(`[ "$2" != test:libvirt ] || { ${skip}; }\n${passes}`);
    assert.equal(status, isRoot ? 1 : 0);
  });
});

describe('ci that is cut short', () => {
  test('has not passed', async () => {
    // The signal goes to the whole group, as from timeout(1).
    const { status, last } = await run('echo started; exec sleep 600', (pid) =>
      process.kill(-pid, 'SIGTERM'),
    );
    assert.equal(status, 143);
    assert.match(last, /^ci: FAILED/);
  });

  test('has not passed where its parts exit with 0 only because of the signal', async () => {
    // The child first, because a child that starts after the trap might lose the signal between its fork and
    // its exec.
    const npm = `sleep 600 & trap 'exit 0' TERM; echo started; wait`;
    const { status, last } = await run(npm, (pid) => process.kill(-pid, 'SIGTERM'));
    assert.equal(status, 143);
    assert.match(last, /^ci: FAILED, it did not come to its end/);
  });

  test('by a signal to its own process ends its part and every process of the part', {
    timeout: 60_000,
  }, async () => {
    // A shell that waits for a child.
    const npm = `sh -c 'echo "started $$"; sleep 600; :'; :`;
    let child = '';
    const { status, last } = await run(npm, (pid, output) => {
      child = /^started (\d+)$/m.exec(output)?.[1] ?? '';
      process.kill(pid, 'SIGTERM');
    });
    assert.equal(status, 143);
    assert.match(last, /^ci: FAILED, it did not come to its end/);
    while (isRunning(child)) await delay(10);
  });

  test('ends although a remaining process holds its output', async () => {
    const { status, output } = await run(`sleep 600 & echo "left $!"; ${passes}`);
    for (const [, pid] of output.matchAll(/^left (\d+)$/gm)) process.kill(Number(pid));
    assert.equal(status, 0);
  });
});
