import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { activity } from '../../src/activities/activity.ts';
import { readRecovery, waitOn } from '../../src/activities/recovery.ts';
import { GuestBusy, retryMsOf } from '../../src/guest/busy.ts';
import { ProviderError } from '../../src/providers/provider.ts';

const HOUR = 3_600_000;

describe('the recovery of a server', () => {
  test('is waited for while it proceeds, for a day at most', () => {
    const start = 1_000 * HOUR;
    let recovery = waitOn(undefined, 'segment 0', start).recovery;
    for (let hours = 0.5; hours <= 24; hours += 0.5) {
      const look = waitOn(recovery, `segment ${hours}`, start + hours * HOUR);
      assert.equal(look.isOver, false, `${hours} hours`);
      recovery = look.recovery;
    }
    assert.equal(waitOn(recovery, 'segment 25', start + 24 * HOUR + 1).isOver, true);
  });

  test('is given up after an hour without progress', () => {
    const { recovery } = waitOn(undefined, 'segment 1', HOUR);
    assert.equal(waitOn(recovery, 'segment 1', 2 * HOUR).isOver, false);
    assert.equal(waitOn(recovery, 'segment 1', 2 * HOUR + 1).isOver, true);
    assert.equal(waitOn(recovery, 'segment 2', 2 * HOUR + 1).isOver, false);
  });

  test('ignores an impossible heartbeat', () => {
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

/** The attempts of a step. Each gets the heartbeat of the previous attempt. */
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
  const away = new ProviderError('Unavailable', 'libvirt is unreachable');

  test('ends, so that another machine gets its slot, and is retried after 20 seconds', async () => {
    const [failure] = await attempts([busy]);
    assert.deepEqual(
      [failure?.type, failure?.nonRetryable, failure?.nextRetryDelay],
      ['Recovering', false, '20 seconds'],
    );
  });

  test('is retried without limit, because such attempts are no failures', async () => {
    const looks = await attempts([...Array(30).fill(busy), away, ...Array(9).fill(away)]);
    assert.deepEqual(
      looks.map(({ nonRetryable }) => nonRetryable),
      [...Array(39).fill(false), true],
    );
  });

  test('gives up after ten failures of a guest that has worked before, but not in a create', async () => {
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

  test('gives up after three failures where it stops a guest', async () => {
    const stops = await attempts([away, away, away], { activityType: 'stopPostgres' });
    assert.deepEqual(
      stops.map(({ nonRetryable }) => nonRetryable),
      [false, false, true],
    );
  });

  test('counts unexpected failures separately', async () => {
    const failures = await attempts([busy, silent, busy, silent, silent]);
    assert.deepEqual(
      failures.map(({ nonRetryable }) => nonRetryable),
      [false, false, false, false, true],
    );
  });
});

describe('an attempt that does not end', () => {
  const restart = { activityType: 'restartPostgres', workflowType: 'rebootDbInstance', attempt: 40 };

  test('does not count as a failure where Temporal or its worker was lost', async () => {
    const environment = new MockActivityEnvironment({ ...restart, heartbeatDetails: { failures: 8 } });
    const failing = activity(async () => {
      throw new ProviderError('Unavailable', 'libvirt is unreachable');
    });
    await assert.rejects(environment.run(failing), (failure) => {
      assert.ok(failure instanceof ApplicationFailure);
      return failure.nonRetryable === false;
    });
  });

  test('counts as a failure where its time ran out, and after ten failures no attempt runs', async () => {
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

describe("a step whose machine is paused because its host's storage is full", () => {
  const full = new ProviderError('StorageFull', 'cornac-a on kvm1 is paused: the pool default is full');

  test('ends, so that a delete or a growth gets its slot, and is retried after 20 seconds', async () => {
    const [failure] = await attempts([full], { activityType: 'startMachine' });
    assert.deepEqual(
      [failure?.type, failure?.message, failure?.nonRetryable, failure?.nextRetryDelay],
      ['StorageFull', full.message, false, '20 seconds'],
    );
  });

  test('is retried without limit', async () => {
    const looks = await attempts(Array(30).fill(full));
    assert.ok(looks.every(({ nonRetryable }) => !nonRetryable));
  });
});

test('a step whose machine is held by a snapshot ends, and is retried every minute without limit', async () => {
  const busy = new ProviderError('MachineBusy', 'the data disk of cornac-a cannot grow: "backup"');
  const looks = await attempts(Array(30).fill(busy), { activityType: 'resizeMachine' });
  assert.ok(looks.every(({ nonRetryable }) => !nonRetryable));
  assert.deepEqual([looks[0]?.type, looks[0]?.nextRetryDelay], ['MachineBusy', '1 minute']);
});

test('every verb has a time limit, and that of a start is 30 seconds', () => {
  assert.equal(retryMsOf('start'), 30_000);
  assert.equal(retryMsOf('stop'), 600_000);
  assert.equal(retryMsOf('configure'), 120_000);
});
