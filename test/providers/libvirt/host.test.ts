import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createHost, type Host } from '../../../src/providers/libvirt/host.ts';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { daemon, needsLibvirt, place } from '../../support/libvirt/private.ts';

describe('the wait for an event', needsLibvirt, () => {
  let host: Host;
  before(() => {
    host = createHost(parseLibvirtUri('libvirt'), place);
  });
  after(() => host.close());

  const wait = (ms: number) => host.nextEvent('nobody', ms, new AbortController().signal);

  test('releases its memory, however often no event comes', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const waits = async (count: number) => {
      await Promise.all(Array.from({ length: count }, () => wait(1)));
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    await waits(1_000);
    const before = await waits(1_000);
    const grown = (await waits(20_000)) - before;
    assert.ok(grown < 4_000_000, `${grown} bytes after 20000 waits`);
  });

  test('ends when the connection is lost', async () => {
    const waited = wait(600_000);
    await wait(1);
    await daemon('kill');
    await waited;
    await daemon('start');
  });
});
