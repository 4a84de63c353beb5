import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { sh } from '../../src/ssh/command.ts';

const nasty = [
  '',
  ' ',
  "it's",
  '"',
  '$(id)',
  '`id`',
  '$HOME',
  '*',
  '\\',
  'a\nb',
  '~',
  '-n',
  'ü',
  ';',
  '#',
  "'\\''",
];

test('every value reaches the program as it was given', () => {
  const command = sh`printf '%s\\0' ${nasty}`;
  const output = execFileSync('/bin/sh', ['-c', command.text]).toString();
  assert.deepEqual(output.split('\0').slice(0, -1), nasty);
});

test('plain words and numbers stay readable', () => {
  assert.equal(sh`install -m ${600} ${'/etc/cornac/a.conf'}`.text, 'install -m 600 /etc/cornac/a.conf');
});

test('commands are put together from commands', () => {
  const options = sh`-o ${'a b'}`;
  assert.equal(sh`mount ${options} ${['x', options]}`.text, "mount -o 'a b' x -o 'a b'");
});

test('a value inside quotes of the template is refused', () => {
  assert.throws(() => sh`echo "${'x'}"`, TypeError);
  assert.throws(() => sh`echo '${'x'}'`, TypeError);
  assert.throws(() => sh`echo ${'x'} \`id ${'y'}\``, TypeError);
});

test('quotes that are closed or escaped do not count as open', () => {
  assert.equal(sh`[ "$a" = '\\' ] && echo \\" ${'x'}`.text, `[ "$a" = '\\' ] && echo \\" x`);
});

test('a word cannot hold NUL', () => {
  assert.throws(() => sh`echo ${'a\0b'}`, TypeError);
});

test('a plain string is not a command', () => {
  // @ts-expect-error a command is made by `sh` only
  const forged: ReturnType<typeof sh> = { text: 'reboot' };
  assert.ok(forged);
});
