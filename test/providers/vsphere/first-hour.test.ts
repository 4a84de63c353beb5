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

test('the systemd unit does not restart a command that ended because of a wrong setting', async () => {
  const unit = /```ini\n(.*?)```/s.exec(await readFile('docs/operations.md', 'utf8'))?.[1] ?? '';
  assert.match(unit, /^Restart=always$/m);
  assert.match(unit, /^RestartPreventExitStatus=2$/m);
});
