import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '../../../src/providers/libvirt/host.ts';
import { keepRunning } from '../../../src/providers/libvirt/keep-running.ts';
import { DomainState } from '../../../src/providers/libvirt/machine.ts';
import * as procedures from '../../../src/providers/libvirt/rpc/procedures.ts';
import type { Domain } from '../../../src/providers/libvirt/rpc/structures.ts';
import { noProgress } from '../../../src/providers/provider.ts';

const domain = { name: 'cornac-a', uuid: new Uint8Array(16), id: 1 } as unknown as Domain;
const XML = '<domain><devices><disk><source file="/pool/a"/><target dev="vda"/></disk></devices></domain>';
const IO_ERROR = { state: DomainState.paused, reason: 5 };
const RUNNING = { state: DomainState.running, reason: 1 };

/**
 * A host whose machine is paused after an I/O error. `error` is libvirt's code: 2 no space, 1 another error.
 * A fake, because only a real virtual machine gets into this state (see vm-waits.test.ts), and a test cannot
 * set when it is paused again.
 */
function makeHost(error: number, states: { state: number; reason: number }[]) {
  let resumed = 0;
  const answers = new Map<unknown, () => unknown>([
    [procedures.domainGetState, () => states.shift() ?? IO_ERROR],
    [procedures.domainGetDiskErrors, () => ({ errors: [{ disk: 'vda', error }], nerrors: 1 })],
    [procedures.volumeLookupByPath, () => ({ vol: { pool: 'default', name: 'a', key: '/pool/a' } })],
    [procedures.domainResume, () => void resumed++],
  ]);
  const host = {
    name: 'kvm1',
    times: { boot: 1, address: 1, otherHostKey: 1, resumeEvery: 60_000, ioError: 60_000 },
    definition: async () => XML,
    call: async (procedure: unknown) => answers.get(procedure)?.(),
  } as unknown as Host;
  return { keeper: keepRunning(host, domain, noProgress()), countResumed: () => resumed };
}

test('a machine on a full storage is resumed once, and StorageFull when it is paused again', async () => {
  const { keeper, countResumed } = makeHost(2, [IO_ERROR, RUNNING]);
  assert.equal(await keeper.look(), 'paused after an I/O error: the pool default is full; Cornac resumes it');
  assert.equal(await keeper.look(), undefined);
  await assert.rejects(keeper.look(), {
    code: 'StorageFull',
    retryable: true,
    message: 'cornac-a on kvm1 is paused after an I/O error: the pool default is full',
  });
  assert.equal(countResumed(), 1);
});

test('a machine after another I/O error is resumed at intervals, and the wait goes on', async () => {
  const { keeper, countResumed } = makeHost(1, []);
  assert.match(
    (await keeper.look()) ?? '',
    /^paused after an I\/O error of its disk vda; Cornac resumes it$/,
  );
  assert.match((await keeper.look()) ?? '', /; Cornac resumes it every 60 s$/);
  assert.equal(countResumed(), 1);
});
