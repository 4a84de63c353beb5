import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStepsView } from '../../src/cli/steps-view.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { WatchedStep } from '../../src/temporal/steps.ts';

function createScreen(interactive: boolean) {
  const said: string[] = [];
  let screen: readonly string[] = [];
  const terminal: Terminal = {
    interactive,
    columns: 60,
    print: (line) => said.push(line),
    info: (line) => said.push(line),
    error: (line) => said.push(line),
    rewrite: (lines) => {
      screen = lines;
    },
    style: (_, text) => text,
  };
  return { terminal, said, screen: () => screen };
}

const done: WatchedStep = { name: 'Clone the origin', state: 'done', startedAt: 0, endedAt: 1_500 };
const running: WatchedStep = { name: 'Start PostgreSQL', state: 'running', startedAt: 1_500 };
const retry = { attempt: 3, reason: `the disk ${'is very, '.repeat(20)}full` };

test('without a terminal a step is printed once, after its end', () => {
  const { terminal, said } = createScreen(false);
  const view = createStepsView(terminal, () => 2_500);
  view.update([running]);
  view.update([done, running]);
  view.update([done, running]);
  assert.deepEqual(said, [`  ✓ ${'Clone the origin'.padEnd(40)}    1.5 s`]);
});

test('without a terminal the reason of a retry is printed once for each attempt', () => {
  const { terminal, said } = createScreen(false);
  const view = createStepsView(terminal, () => 2_500);
  view.update([done, { ...running, retry }]);
  view.update([done, { ...running, retry }]);
  view.update([done, { ...running, retry: { attempt: 4, reason: 'still full' } }]);
  assert.deepEqual(said.slice(1), [
    `    attempt 3, previous attempt failed: ${retry.reason}`,
    '    attempt 4, previous attempt failed: still full',
  ]);
});

test('on a terminal the list shows all steps, and no line is wider than the screen', () => {
  const { terminal, said, screen } = createScreen(true);
  createStepsView(terminal, () => 2_500).update([done, { ...running, retry }]);
  assert.deepEqual(said, []);
  assert.equal(screen().length, 4);
  assert.match(screen()[1] ?? '', /▸ Start PostgreSQL +1\.0 s/);
  assert.ok(screen().every((line) => line.length < 60));
});

test('on a terminal the bar grows with each step and shows the time so far', () => {
  const { terminal, screen } = createScreen(true);
  const view = createStepsView(terminal, () => 2_500);
  view.update([]);
  assert.deepEqual(screen(), []);
  view.update([done, running]);
  assert.equal(screen().at(-1), '  ━━╸ 1 step in 2.5 s');
  view.update([done, { ...running, state: 'done', endedAt: 2_000 }]);
  assert.equal(screen().at(-1), '  ━━━━ 2 steps in 2.0 s');
});

test('control sequences and line ends in a reason from a guest are removed', () => {
  const { terminal, said } = createScreen(false);
  const reason = 'pwn \u001b[31mred\u001b]0;title\u0007 \u0000\r\nnext';
  createStepsView(terminal, () => 2_500).update([{ ...running, retry: { attempt: 2, reason } }]);
  assert.deepEqual(said, ['    attempt 2, previous attempt failed: pwn [31mred ]0;title next']);
});

const waits: WatchedStep = {
  ...running,
  now: `waiting for SSH on cornac-a: ${'port 22 is closed '.repeat(9)}`,
};

test('on a terminal the line below a step shows what it waits for, as long as it waits', () => {
  const { terminal, screen } = createScreen(true);
  const view = createStepsView(terminal, () => 2_500);
  view.update([done, waits]);
  assert.match(screen()[2] ?? '', /^ {4}waiting for SSH on cornac-a: port/);
  assert.ok(screen().every((line) => line.length < 60));
  view.update([done, running]);
  assert.equal(screen().length, 3);
});

test('without a terminal a wait is printed once, after three seconds, and again when it changes', () => {
  const { terminal, said } = createScreen(false);
  let time = 2_500;
  const view = createStepsView(terminal, () => time);
  const see = (now: string) => view.update([{ ...running, now }]);
  see('powering a on');
  time += 1_000;
  for (const _ of [1, 2, 3]) {
    see('waiting for a\u001b[31m');
    time += 2_000;
  }
  see('');
  see('waiting for b');
  time += 3_000;
  see('waiting for b');
  assert.deepEqual(said, ['    waiting for a [31m', '    waiting for b']);
});
