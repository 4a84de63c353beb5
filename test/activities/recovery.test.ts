import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { activity } from '../../src/activities/activity.ts';
import { readRecovery, waitOn } from '../../src/activities/recovery.ts';
import { GuestBusy, patienceOf } from '../../src/guest/busy.ts';
import { ProviderError } from '../../src/providers/provider.ts';

const HOUR = 3_600_000;

describe('a server that recovers', () => {
  test('is waited for as long as it goes on, for a day at most', () => {
    const start = 1_000 * HOUR;
    let recovery = waitOn(undefined, 'segment 0', start).recovery;
    for (let hours = 0.5; hours <= 24; hours += 0.5) {
      const look = waitOn(recovery, `segment ${hours}`, start + hours * HOUR);
      assert.equal(look.isOver, false, `${hours} hours`);
      recovery = look.recovery;
    }
    assert.equal(waitOn(recovery, 'segment 25', start + 24 * HOUR + 1).isOver, true);
  });

  test('is not waited for when it stands still for an hour', () => {
    const { recovery } = waitOn(undefined, 'segment 1', HOUR);
    assert.equal(waitOn(recovery, 'segment 1', 2 * HOUR).isOver, false);
    assert.equal(waitOn(recovery, 'segment 1', 2 * HOUR + 1).isOver, true);
    assert.equal(waitOn(recovery, 'segment 2', 2 * HOUR + 1).isOver, false);
  });

  test('is believed no heartbeat that cannot be', () => {
    const good = { since: 1, said: 'x', saidSince: 2 };
    assert.deepEqual(readRecovery(good, 3), good);
    for (const bad of [
      undefined,
      null,
      'x',
      {},
      { ...good, since: 4 },
      { ...good, saidSince: '2' },
      { ...good, said: 1 },
      { ...good, since: Number.NaN },
    ]) {
      assert.equal(readRecovery(bad, 3), undefined);
    }
    assert.equal(readRecovery({ ...good, said: 'x'.repeat(1e6) }, 3)?.said.length, 200);
  });
});

/** Attempts of a step, each with the heartbeat of the one before it. */
async function attempts(
  errors: readonly Error[],
  info: object = { activityType: 'startPostgres', workflowType: 'recoverDbInstance' },
): Promise<ApplicationFailure[]> {
  const failures: ApplicationFailure[] = [];
  let heartbeatDetails: unknown;
  for (const [index, error] of errors.entries()) {
    const environment = new MockActivityEnvironment(
      { ...info, attempt: index + 1, heartbeatDetails },
      { logger: new DefaultLogger('ERROR', () => {}) },
    );
    environment.on('heartbeat', (details) => {
      heartbeatDetails = details;
    });
    const failing = activity(async () => {
      throw error;
    });
    await assert.rejects(environment.run(failing), (failure) => {
      assert.ok(failure instanceof ApplicationFailure);
      failures.push(failure);
      return true;
    });
  }
  return failures;
}

describe('a step that finds its server recovering', () => {
  const busy = new GuestBusy('start', 'start: PostgreSQL is still starting');
  const silent = new ProviderError('Timeout', 'waited in vain');
  const away = new ProviderError('Unavailable', 'libvirt is away');

  test('ends, so that another machine has its slot, and comes again in a while', async () => {
    const [failure] = await attempts([busy]);
    assert.deepEqual(
      [failure?.type, failure?.nonRetryable, failure?.nextRetryDelay],
      ['Recovering', false, '20 seconds'],
    );
  });

  test('does so as often as it takes: looks are no failures', async () => {
    const looks = await attempts([...Array(30).fill(busy), away, ...Array(9).fill(away)]);
    assert.deepEqual(
      looks.map(({ nonRetryable }) => nonRetryable),
      [...Array(39).fill(false), true],
    );
  });

  test('gives up after ten failures of a guest that has worked before, and not in a create', async () => {
    const isFinal = async (info: object) =>
      (await attempts(Array(10).fill(away), info)).map((one) => one.nonRetryable);
    const ten = [...Array(9).fill(false), true];
    assert.deepEqual(await isFinal({ activityType: 'growDisk', workflowType: 'modifyDbInstance' }), ten);
    const never = Array(10).fill(false);
    assert.deepEqual(
      await isFinal({ activityType: 'startPostgres', workflowType: 'createDbInstance' }),
      never,
    );
    assert.deepEqual(await isFinal({ activityType: 'startMachine', workflowType: 'startDbInstance' }), never);
  });

  test('stops a guest no more than three times', async () => {
    const stops = await attempts([away, away, away], { activityType: 'stopPostgres' });
    assert.deepEqual(
      stops.map(({ nonRetryable }) => nonRetryable),
      [false, false, true],
    );
  });

  test('counts what nobody foresaw beside it', async () => {
    const failures = await attempts([busy, silent, busy, silent, silent]);
    assert.deepEqual(
      failures.map(({ nonRetryable }) => nonRetryable),
      [false, false, false, false, true],
    );
  });
});

describe('an attempt that does not come to its end', () => {
  const restart = { activityType: 'restartPostgres', workflowType: 'rebootDbInstance', attempt: 40 };

  test('is none of the ten where Temporal or its worker was gone', async () => {
    const environment = new MockActivityEnvironment({ ...restart, heartbeatDetails: { failures: 8 } });
    const failing = activity(async () => {
      throw new ProviderError('Unavailable', 'libvirt is away');
    });
    await assert.rejects(environment.run(failing), (failure) => {
      assert.ok(failure instanceof ApplicationFailure);
      return failure.nonRetryable === false;
    });
  });

  test('is one of them where its time has run out, and after the last there is no other', async () => {
    const environment = new MockActivityEnvironment({ ...restart, startToCloseTimeoutMs: 1 });
    const beat = new Promise<{ failures?: number }>((resolve) => environment.on('heartbeat', resolve));
    const hanging = activity(async ({ report }) => {
      const end = Date.now() + 5;
      while (Date.now() < end);
      report('hangs');
    });
    await environment.run(hanging);
    assert.equal((await beat).failures, 1);
    const spent = new MockActivityEnvironment({ ...restart, heartbeatDetails: { failures: 10 } });
    await assert.rejects(spent.run(activity(async () => assert.fail('it ran'))), { type: 'GuestSilent' });
  });
});

describe('a step whose machine stands still, because the storage of its host is full', () => {
  const full = new ProviderError('StorageFull', 'cornac-a on kvm1 is paused: the pool default is full');

  test('ends, so that a delete or a growth that makes room has its slot, and comes again in a while', async () => {
    const [failure] = await attempts([full], { activityType: 'startMachine' });
    assert.deepEqual(
      [failure?.type, failure?.message, failure?.nonRetryable, failure?.nextRetryDelay],
      ['StorageFull', full.message, false, '20 seconds'],
    );
  });

  test('comes again as often as it takes', async () => {
    const looks = await attempts(Array(30).fill(full));
    assert.ok(looks.every(({ nonRetryable }) => !nonRetryable));
  });
});

test('a step whose machine a snapshot holds ends, and comes again in a while, as often as it takes', async () => {
  const busy = new ProviderError('MachineBusy', 'the data disk of cornac-a cannot grow: "backup"');
  const looks = await attempts(Array(30).fill(busy), { activityType: 'resizeMachine' });
  assert.ok(looks.every(({ nonRetryable }) => !nonRetryable));
  assert.deepEqual([looks[0]?.type, looks[0]?.nextRetryDelay], ['MachineBusy', '1 minute']);
});

test('every verb has an end, a start within the time of one look', () => {
  assert.equal(patienceOf('start'), 30_000);
  assert.equal(patienceOf('stop'), 600_000);
  assert.equal(patienceOf('configure'), 120_000);
});
