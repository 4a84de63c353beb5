import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from './random.ts';
import { drawSchedule, victims } from './schedule.ts';

const minute = 60_000;

test('the same seed gives the same schedule, another seed another one', () => {
  assert.deepEqual(drawSchedule('1/1', minute), drawSchedule('1/1', minute));
  assert.notDeepEqual(drawSchedule('1/1', minute), drawSchedule('1/2', minute));
});

test('three minutes kill every kind of process, suspend some, and fill the disk once', () => {
  for (const seed of ['1', '2', '3']) {
    const acts = drawSchedule(seed, 3 * minute).flatMap((moment) => moment.acts);
    const killed = new Set(acts.flatMap((act) => (act.how === 'kill' ? act.victim : [])));
    assert.deepEqual([...killed].sort(), [...victims].sort());
    assert.ok(acts.some(({ how }) => how === 'freeze'));
    assert.ok(acts.some(({ how }) => how === 'fill the disk'));
  }
});

test('some acts happen at the same time', () => {
  assert.ok(drawSchedule('1', 5 * minute).some(({ acts }) => acts.length === 2));
});

test('every act ends soon after the round, and a process is suspended for 1 to 30 seconds', () => {
  for (const { atMs, acts } of drawSchedule('long', 10 * minute)) {
    assert.ok(atMs < 10 * minute);
    for (const act of acts) {
      if (act.how === 'kill') continue;
      assert.ok(act.forMs >= 1_000 && act.forMs <= 30_000, `${act.forMs}`);
      assert.ok(atMs + act.forMs <= 10 * minute + 1_000);
    }
  }
});

test('picks follow the weights', () => {
  const random = createRandom('weights');
  const picks = Array.from({ length: 4_000 }, () =>
    random.pickWeighted([
      ['often', 3],
      ['seldom', 1],
      ['never', 0],
    ]),
  );
  const often = picks.filter((pick) => pick === 'often').length;
  assert.ok(often > 2_800 && often < 3_200, `${often}`);
  assert.ok(!picks.includes('never'));
});

test('a shuffled list has the same members in another order', () => {
  const list = Array.from({ length: 20 }, (_, index) => index);
  const shuffled = createRandom('shuffle').shuffle(list);
  assert.notDeepEqual(shuffled, list);
  assert.deepEqual(
    [...shuffled].sort((a, b) => a - b),
    list,
  );
});
