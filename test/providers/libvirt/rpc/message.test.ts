import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMessageSplitter, encodeMessage } from '../../../../src/providers/libvirt/rpc/message.ts';

function message(serial: number, payload: string) {
  return {
    program: 0x20008086,
    version: 1,
    procedure: 66,
    type: 0,
    serial,
    status: 0,
    payload: Buffer.from(payload),
  };
}

test('the length counts itself and the header', () => {
  const packet = encodeMessage(message(1, 'four'));
  assert.equal(packet.readUInt32BE(), 32);
  assert.equal(packet.length, 32);
});

test('messages are complete, whatever the chunks are', () => {
  const messages = [message(1, ''), message(2, 'abcd'), message(3, 'x'.repeat(100_000))];
  const bytes = Buffer.concat(messages.map(encodeMessage));
  for (const size of [1, 3, 28, 29, 61, 65_536, bytes.length]) {
    const split = createMessageSplitter();
    const found = [];
    for (let at = 0; at < bytes.length; at += size) found.push(...split(bytes.subarray(at, at + size)));
    assert.deepEqual(found, messages, `in pieces of ${size}`);
  }
});

test('a length out of bounds is an error before memory is allocated', () => {
  assert.throws(() => createMessageSplitter()(Buffer.from('00000004', 'hex')), /out of bounds/);
  assert.throws(() => createMessageSplitter()(Buffer.from('7fffffff', 'hex')), /out of bounds/);
  assert.throws(() => encodeMessage({ ...message(1, ''), payload: Buffer.alloc(2 ** 25) }), /too long/);
});
