import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { privileges } from '../../../src/providers/vsphere/checks/privileges.ts';

/** What bash makes of `VirtualMachine.Config.{CPUCount,Memory}`. */
function expand(word: string): string[] {
  const [, head = '', list] = /^(.*)\{(.*)\}$/.exec(word) ?? [];
  return list === undefined ? [word] : list.split(',').map((each) => head + each);
}

suite('the privileges that the document asks for', async () => {
  const text = await readFile('docs/vsphere.md', 'utf8');
  const { origin, template, datacenter, folder, pool, datastore, network, root } = privileges;
  const places = { origin: [...origin, ...template], datacenter, folder, pool, datastore, network };

  for (const [place, wanted] of Object.entries(places)) {
    test(`in its script are those that are looked at on the ${place}`, () => {
      const words =
        new RegExp(`^    govc role.create cornac-${place} ((?:.*\\\\\n)*.*)$`, 'm').exec(text)?.[1] ?? '';
      const granted = words
        .split(/[\s\\]+/)
        .filter(Boolean)
        .flatMap(expand);
      assert.deepEqual(new Set(granted), new Set(wanted));
    });
  }

  test('in its table are all that are looked at', () => {
    const table = text.slice(text.indexOf('| privilege '), text.indexOf('`System.Anonymous`'));
    const named = [...table.matchAll(/^\| (.*?) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name),
    );
    assert.deepEqual(new Set(named), new Set([...Object.values(places).flat(), ...root]));
  });
});
