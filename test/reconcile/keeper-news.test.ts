import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createNews } from '../../src/reconcile/keeper-news.ts';

const MINUTE_MS = 60_000;

/** A keeper's news with a clock of the test, and the lines that it logs. */
function makeNews(t: TestContext) {
  t.mock.timers.enable({ apis: ['Date'] });
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const news = createNews({ info: say, error: say }, 'cornac-cornac');
  return { ...news, said, wait: (ms: number) => t.mock.timers.tick(ms) };
}

test('the same news with another reason is reported again', (t) => {
  const { report, said, wait } = makeNews(t);
  report('failed', 'libvirt closed the connection');
  wait(MINUTE_MS);
  report('failed', 'libvirt closed the connection');
  report('failed', 'the pool default is full');
  assert.equal(said.length, 2);
  assert.match(said[1] ?? '', /cannot be started: the pool default is full\./);
});

test('other figures, or a part of the same lines, are no other reason', (t) => {
  const { report, said, wait } = makeNews(t);
  report('failed', 'exit status 1: 10:00:01 [12] FATAL: x\n10:00:02 [13] FATAL: y\nstart: ended');
  wait(MINUTE_MS);
  report('failed', 'exit status 1: 10:00:31 [22] FATAL: x\nstart: ended');
  assert.equal(said.length, 1);
});

test('forged reasons do not fill the log, and do not hide other news', (t) => {
  const { report, said, wait } = makeNews(t);
  for (let second = 0; second < 120; second++, wait(1_000)) report('refused', 'x'.repeat(second + 1));
  assert.equal(said.length, 2);
  report('failed', 'the pool default is full');
  assert.equal(said.length, 3);
});

test('after an outage has ended, every news counts as new', (t) => {
  const { report, said } = makeNews(t);
  for (const news of ['up', 'down', 'up', 'up', 'down'] as const) report(news);
  assert.equal(said.length, 3);
});
