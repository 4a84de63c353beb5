import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createNews } from '../../src/reconcile/keeper-news.ts';

const MINUTE_MS = 60_000;

/** What a keeper says, and its clock. */
function makeNews(t: TestContext) {
  t.mock.timers.enable({ apis: ['Date'] });
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const news = createNews({ info: say, error: say }, 'cornac-cornac');
  return { ...news, said, wait: (ms: number) => t.mock.timers.tick(ms) };
}

test('another reason for what was said before is said, too', (t) => {
  const { tell, said, wait } = makeNews(t);
  tell('failed', 'libvirt closed the connection');
  wait(MINUTE_MS);
  tell('failed', 'libvirt closed the connection');
  tell('failed', 'the pool default is full');
  assert.equal(said.length, 2);
  assert.match(said[1] ?? '', /cannot be started: the pool default is full\./);
});

test('figures and the lines of a log make no other reason', (t) => {
  const { tell, said, wait } = makeNews(t);
  tell('failed', 'exit status 1: 10:00:01 [12] FATAL: x\n10:00:02 [13] FATAL: y\nstart: ended');
  wait(MINUTE_MS);
  tell('failed', 'exit status 1: 10:00:31 [22] FATAL: x\nstart: ended');
  assert.equal(said.length, 1);
});

test('reasons that somebody makes up do not fill the log, and hide no other one for long', (t) => {
  const { tell, said, wait } = makeNews(t);
  for (let second = 0; second < 120; second++, wait(1_000)) tell('refused', 'x'.repeat(second + 1));
  assert.equal(said.length, 2);
  tell('failed', 'the pool default is full');
  assert.equal(said.length, 3);
});

test('when it is up again all is news', (t) => {
  const { tell, said } = makeNews(t);
  for (const news of ['up', 'down', 'up', 'up', 'down'] as const) tell(news);
  assert.equal(said.length, 3);
});
