import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { parse } from 'smol-toml';
import { databaseUrl } from '../../../src/config/database-url.ts';
import { parseIaas } from '../../../src/providers/vsphere/iaas-url.ts';

suite('the first hour on vSphere, as docs/vsphere.md describes it', async () => {
  const text = await readFile('docs/vsphere.md', 'utf8');
  const block = (found: RegExpExecArray | null) => (found?.[0] ?? '').replace(/^ {4}/gm, '');

  test('the settings name the folder that the script makes', () => {
    const settings = parse(block(/(?:^ {4}.*\n)+/m.exec(text)));
    const { folder } = parseIaas(String(settings.IAAS));
    const script = block(/(?:^ {4}.*\n|^\n)+/m.exec(text.slice(text.indexOf('## Privileges') + 14)));
    assert.equal(/^FOLDER=\/(.*)$/m.exec(script)?.[1], folder);
    const made = script.indexOf('govc folder.create "$FOLDER"');
    assert.ok(databaseUrl.parse(settings.DATABASE_URL, '/'), 'up refuses settings without DATABASE_URL');
    assert.ok(made >= 0 && made < script.indexOf('set_role cornac-folder true "$FOLDER"'), script);
  });
});

test('the first hour makes each variable before its first use, and the script of the role each of its own', async () => {
  const text = await readFile('docs/vsphere.md', 'utf8');
  const hour = text.slice(text.indexOf('## The first hour'), text.indexOf('## Settings'));
  const rights = text.slice(text.indexOf('## Privileges'), text.indexOf('| privilege'));
  const commands = {
    hour: [...hour.matchAll(/```console\n(.*?)```/gs)].map(([, block]) => block).join(''),
    rights: [...rights.matchAll(/^ {4}.*$/gm)].map(([line]) => line).join('\n'),
  };
  for (const [name, script] of Object.entries(commands)) {
    for (const { 1: variable, index } of script.matchAll(/\$([A-Z]+)\b/g)) {
      const made = script.search(new RegExp(`\\b(?:${variable}=|read .*\\b${variable}\\b)`));
      assert.ok(made >= 0 && made < index, `${name}: $${variable} is not set before its use`);
    }
  }
  assert.match(commands.hour, /GOVC_URL=.*govc snapshot\.create/s, 'the snapshot is made');
  assert.match(hour, /npm run setup.*`cornac\.toml`.*npx cornac check.*npx cornac up/s);
  assert.ok(hour.indexOf('(#the-origin)') < hour.indexOf('(#privileges)'), 'the role is set on the origin');
});

test('the systemd unit does not restart a command that ended because of a wrong setting', async () => {
  const unit = /```ini\n(.*?)```/s.exec(await readFile('docs/operations.md', 'utf8'))?.[1] ?? '';
  assert.match(unit, /^Restart=always$/m);
  assert.match(unit, /^RestartPreventExitStatus=2$/m);
});
