import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  array,
  decode,
  encode,
  hyper,
  int,
  none,
  opaque,
  optional,
  string,
  struct,
  uint,
  XdrError,
} from '../../../../src/providers/libvirt/rpc/xdr.ts';

test('numbers are big-endian and keep their sign', () => {
  assert.equal(encode(int, -2).toString('hex'), 'fffffffe');
  assert.equal(decode(int, Buffer.from('fffffffe', 'hex')), -2);
  assert.equal(decode(uint, Buffer.from('fffffffe', 'hex')), 4_294_967_294);
});

test('64 bits hold the size of any disk, and negative times', () => {
  assert.equal(encode(hyper, 5 * 2 ** 40).toString('hex'), '0000050000000000');
  for (const value of [0, 1, 2 ** 32, 2 ** 53 - 1, -1]) {
    assert.equal(decode(hyper, encode(hyper, value)), value);
  }
});

test('a string has its length in bytes before it and is padded to four', () => {
  assert.equal(encode(string, 'né').toString('hex'), '000000036ec3a900');
  for (const value of ['', 'a', 'abcd', 'née']) assert.equal(decode(string, encode(string, value)), value);
});

test('an optional value has a word before it: 0 absent, 1 present', () => {
  assert.equal(encode(optional(int), undefined).toString('hex'), '00000000');
  assert.equal(encode(optional(int), 7).toString('hex'), '0000000100000007');
  assert.equal(decode(optional(int), encode(optional(int), undefined)), undefined);
  assert.equal(decode(optional(int), encode(optional(int), 7)), 7);
});

test('fields of a structure are in the order of its definition, not of the value', () => {
  const pair = struct({ first: int, second: array(string, 2) });
  assert.deepEqual(decode(pair, encode(pair, { second: ['x', 'y'], first: 1 })), {
    first: 1,
    second: ['x', 'y'],
  });
  assert.equal(encode(pair, { second: [], first: 1 }).toString('hex'), '0000000100000000');
});

test('bytes of a fixed length are a copy without a length', () => {
  const message = Buffer.from('0102030405060708', 'hex');
  const value = decode(opaque(5), message);
  message.fill(0);
  assert.deepEqual(value, Uint8Array.of(1, 2, 3, 4, 5));
  assert.throws(() => encode(opaque(5), Uint8Array.of(1)), XdrError);
});

test('none has no bytes', () => {
  assert.equal(encode(none, undefined).length, 0);
});

test('a message that ends early or has a wrong length is refused before memory is allocated', () => {
  assert.throws(() => decode(int, Buffer.alloc(3)), /ends 1 bytes early/);
  assert.throws(() => decode(string, Buffer.from('7fffffff', 'hex')), /too long/);
  assert.throws(() => decode(array(int, 3), Buffer.from('00000004', 'hex')), /4 items, at most 3/);
  assert.throws(() => encode(array(int, 1), [1, 2]), /2 items, at most 1/);
  assert.throws(() => encode(string, 'x'.repeat(2 ** 22 + 1)), /too long/);
});
