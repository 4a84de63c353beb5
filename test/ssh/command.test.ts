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

test('every value reaches the program unchanged', () => {
  const command = sh`printf '%s\\0' ${nasty}`;
  const output = execFileSync('/bin/sh', ['-c', command.text]).toString();
  assert.deepEqual(output.split('\0').slice(0, -1), nasty);
});

test('plain words and numbers are not quoted', () => {
  assert.equal(sh`install -m ${600} ${'/etc/cornac/a.conf'}`.text, 'install -m 600 /etc/cornac/a.conf');
});

test('commands can contain commands', () => {
  const options = sh`-o ${'a b'}`;
  assert.equal(sh`mount ${options} ${['x', options]}`.text, "mount -o 'a b' x -o 'a b'");
});

test('a value inside quotes of the template is refused', () => {
  assert.throws(() => sh`echo "${'x'}"`, TypeError);
  assert.throws(() => sh`echo '${'x'}'`, TypeError);
  assert.throws(() => sh`echo ${'x'} \`id ${'y'}\``, TypeError);
});

test('closed or escaped quotes do not count as open', () => {
  assert.equal(sh`[ "$a" = '\\' ] && echo \\" ${'x'}`.text, `[ "$a" = '\\' ] && echo \\" x`);
});

test('a word with NUL is refused', () => {
  assert.throws(() => sh`echo ${'a\0b'}`, TypeError);
});

test('a plain string is not a command', () => {
  // @ts-expect-error only `sh` makes a command
  const forged: ReturnType<typeof sh> = { text: 'reboot' };
  assert.ok(forged);
});
