import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { privileges } from '../../../src/providers/vsphere/checks/privileges.ts';

/** Expands `VirtualMachine.Config.{CPUCount,Memory}` as bash does. */
function expand(word: string): string[] {
  const [, head = '', list] = /^(.*)\{(.*)\}$/.exec(word) ?? [];
  return list === undefined ? [word] : list.split(',').map((each) => head + each);
}

suite('the privileges in docs/vsphere.md', async () => {
  const text = await readFile('docs/vsphere.md', 'utf8');
  const { origin, template, datacenter, folder, pool, datastore, network, root } = privileges;
  const places = { origin: [...origin, ...template], datacenter, folder, pool, datastore, network };

  for (const [place, wanted] of Object.entries(places)) {
    test(`the script grants exactly the privileges that are checked on the ${place}`, () => {
      const words =
        new RegExp(`^    govc role.create cornac-${place} ((?:.*\\\\\n)*.*)$`, 'm').exec(text)?.[1] ?? '';
      const granted = words
        .split(/[\s\\]+/)
        .filter(Boolean)
        .flatMap(expand);
      assert.deepEqual(new Set(granted), new Set(wanted));
    });
  }

  test('the table has exactly the privileges that are checked', () => {
    const table = text.slice(text.indexOf('| privilege '), text.indexOf('`System.Anonymous`'));
    const named = [...table.matchAll(/^\| (.*?) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name),
    );
    assert.deepEqual(new Set(named), new Set([...Object.values(places).flat(), ...root]));
  });
});
