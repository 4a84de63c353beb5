import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLogBook } from '../chaos/log-book.ts';
import { startService } from '../cluster/service.ts';

test('a kill of a service that is being started again waits for the new process', {
  timeout: 60_000,
}, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-service-'));
  t.after(() => rmSync(directory, { recursive: true }));
  let onEnd = () => {};
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  const log = openLogBook(directory);
  const book = {
    ...log,
    note: (what: string) => {
      log.note(what);
      onEnd();
    },
  };
  const service = startService(
    { name: 'sleep', command: ['sleep', '600'], probe: async () => {}, mustNotEnd: true },
    { logs: directory, book },
  );
  t.after(() => service.stop());
  await service.untilReady();
  assert.equal(await service.kill(), true);
  await ended;
  // Between its end and its next start.
  assert.equal(await service.kill(), true);
  await service.untilReady();
  assert.equal(service.accidents(), 0);
});
