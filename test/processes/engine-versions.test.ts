import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { announceEngineVersions } from '../../src/processes/engine-versions.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import { startTestInventory } from '../support/inventory.ts';

test("the origin's versions are written again and again, and stay while the provider fails", async (t) => {
  const { inventory, close } = await startTestInventory();
  t.after(close);
  let offer: string[] | ProviderError = new ProviderError('Unavailable', 'the host is unreachable');
  let asked = 0;
  const provider = {
    listEngineVersions: async () => {
      asked++;
      if (offer instanceof ProviderError) throw offer;
      return offer;
    },
  };
  const stop = new AbortController();
  const log = pino({ level: 'silent' });
  const pace = { renewMs: 20, retryMs: 10 };
  const announcing = announceEngineVersions({ inventory, provider, log }, stop.signal, pace);
  const askedAgain = async (times: number) => {
    for (const enough = asked + times; asked < enough; ) await delay(5);
  };
  const listed = async () => (await inventory.engineVersions.list()).toSorted();

  await askedAgain(2);
  assert.deepEqual(await listed(), []);
  for (const versions of [['15.14', '16.10'], ['17.6']]) {
    offer = versions;
    await askedAgain(2);
    assert.deepEqual(await listed(), versions);
  }
  offer = new ProviderError('Timeout', 'the host hangs');
  await askedAgain(2);
  assert.deepEqual(await listed(), ['17.6']);

  stop.abort();
  await announcing;
});
