import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

function url(path: string) {
  return JSON.stringify(new URL(path, import.meta.url).href);
}

/** Prints the signals that it gets. After the stop signal it ends at the end of its input. */
const program = `
  const { stopSignal } = await import(${url('../../src/supervisor/stop-signal.ts')});
  const { aborted } = await import(${url('../../src/system/aborted.ts')});
  const signal = stopSignal();
  process.on('SIGHUP', () => console.log('hung up'));
  process.stdin.resume();
  console.log('ready');
  await aborted(signal);
  console.log('stopping');
  process.stdin.once('end', () => { console.log('stopped'); process.exit(0); });
`;

async function start({ supervised }: { supervised: boolean }) {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', program],
    { stdio: ['pipe', 'pipe', 'inherit', supervised ? 'ipc' : 'ignore'] },
  );
  const { stdin, stdout } = child;
  assert.ok(stdin && stdout);
  let output = '';
  stdout.on('data', (part) => {
    output += part;
  });
  /** Resolves when the output ends with this text, or when stdout is closed. */
  const said = async (text: string) => {
    while (!output.endsWith(text) && !stdout.closed) {
      await Promise.race([once(stdout, 'data'), once(stdout, 'close')]);
    }
  };
  const ended = async () => {
    // The child's `close` is not awaited, because it does not come after a disconnect.
    if (child.exitCode === null) await once(child, 'exit');
    if (!stdout.closed) await once(stdout, 'close');
    return { status: child.exitCode, output };
  };
  await said('ready\n');
  return { child, stdin, said, ended };
}

test('a supervised process completes its stop when its parent sends SIGTERM and then disconnects', async () => {
  const { child, stdin, said, ended } = await start({ supervised: true });
  child.kill('SIGTERM');
  await said('stopping\n');
  child.disconnect();
  stdin.end();
  assert.deepEqual(await ended(), { status: 0, output: 'ready\nstopping\nstopped\n' });
});

test('a second SIGHUP, which the shell sends after the kernel, does not end the process at once', async () => {
  const { child, stdin, said, ended } = await start({ supervised: false });
  child.kill('SIGHUP');
  await said('stopping\n');
  child.kill('SIGHUP');
  await said('stopping\nhung up\n');
  stdin.end();
  assert.deepEqual(await ended(), { status: 0, output: 'ready\nhung up\nstopping\nhung up\nstopped\n' });
});

for (const [first, second, status] of [
  ['SIGINT', 'SIGINT', 130],
  ['SIGTERM', 'SIGTERM', 143],
  ['SIGINT', 'SIGTERM', 143],
  ['SIGHUP', 'SIGTERM', 143],
] as const) {
  test(`${second} after ${first} ends the process at once`, async () => {
    const { child, said, ended } = await start({ supervised: false });
    child.kill(first);
    const output = `ready\n${first === 'SIGHUP' ? 'hung up\n' : ''}stopping\n`;
    await said('stopping\n');
    child.kill(second);
    assert.deepEqual(await ended(), { status, output });
  });
}

test('SIGTERM from the parent after SIGINT from the terminal does not end a supervised process at once', async () => {
  const { child, stdin, said, ended } = await start({ supervised: true });
  child.kill('SIGINT');
  await said('stopping\n');
  child.kill('SIGTERM');
  stdin.end();
  assert.deepEqual(await ended(), { status: 0, output: 'ready\nstopping\nstopped\n' });
});
