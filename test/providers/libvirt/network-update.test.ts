import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '../../../src/providers/libvirt/host.ts';
import { updateNetwork } from '../../../src/providers/libvirt/network-update.ts';
import * as procedures from '../../../src/providers/libvirt/rpc/procedures.ts';
import { encode } from '../../../src/providers/libvirt/rpc/xdr.ts';

const net = { name: 'n', uuid: new Uint8Array(16) };

/** The arguments that are sent to a libvirt that supports the right order (1), or not (0). */
async function sent(supported: number) {
  const calls: unknown[] = [];
  const call = async (procedure: { name: string }, args: unknown) => {
    if (procedure.name === 'connectSupportsFeature') {
      assert.deepEqual(args, { feature: 16 });
      return { supported };
    }
    calls.push(args);
    return undefined;
  };
  const change = { command: 'add', section: 'dhcpHost', index: 2, xml: '<host/>', view: 'config' } as const;
  await updateNetwork({ call } as unknown as Host, net, change);
  return calls;
}

test('command and section are in the order of the server’s version', async () => {
  const common = { net, parentIndex: 2, xml: '<host/>', flags: 2 };
  assert.deepEqual(await sent(1), [{ ...common, command: 3, section: 4 }]);
  assert.deepEqual(await sent(0), [{ ...common, command: 4, section: 3 }], 'before libvirt 7.2');
});

test('the bytes equal those of virsh', () => {
  const args = { net, command: 3, section: 4, parentIndex: -1, xml: '<host/>', flags: 3 };
  assert.equal(
    encode(procedures.networkUpdate.args, args).toString('hex'),
    `000000016e000000${'00'.repeat(16)}0000000300000004ffffffff00000007${Buffer.from('<host/>').toString('hex')}0000000003`,
  );
});
