import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isoImage } from '../../../src/providers/libvirt/iso9660.ts';
import { temporaryDirectory } from '../../support/libvirt/files.ts';

test('other programs read the label and the files of any length', async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'seed.iso');
  const files = [
    { name: 'user-data', content: 'x'.repeat(5000) },
    { name: 'meta-data', content: 'a: né\n' },
    { name: 'empty', content: '' },
  ];
  writeFileSync(path, isoImage('CIDATA', files));

  assert.equal(
    execFileSync('blkid', ['-p', '-s', 'LABEL', '-o', 'value', path], { encoding: 'utf8' }),
    'CIDATA\n',
  );
  for (const { name, content } of files) {
    const read = execFileSync('isoinfo', ['-i', path, '-x', `/${name};1`], { encoding: 'utf8' });
    assert.equal(read, content, name);
  }
});

test('equal files make an equal image', () => {
  const one = isoImage('CIDATA', [
    { name: 'a', content: '1' },
    { name: 'b', content: '2' },
  ]);
  const other = isoImage('CIDATA', [
    { name: 'b', content: '2' },
    { name: 'a', content: '1' },
  ]);
  assert.equal(one.equals(other), true);
});

test('more files than fit into one directory sector are refused', () => {
  const files = Array.from({ length: 60 }, (_, i) => ({ name: `file-number-${i}`, content: '' }));
  assert.throws(() => isoImage('CIDATA', files), RangeError);
});
