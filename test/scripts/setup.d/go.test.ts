import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directory, programs, project, run, tools } from './set-up.ts';

describe('Go', () => {
  const withTools = [...tools, 'sha256sum', 'cp', 'env', 'chmod', 'python3'];
  const archive = `python3 -c '
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as file:
    for name in ("bin/go", "pkg/tool/linux/compile"):
        file.writestr(sys.argv[2] + name, "#!/bin/sh\\necho go1.26.8\\n")
' "$2" "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/"`;
  const curl = `for last; do :; done; echo "$last" >>"$HOME/asked"
    while [ "$1" != -o ]; do shift; done
    ${archive}`;
  const fakes = { curl, uname: 'echo x86_64', go: 'echo go1.19.8' };

  const isEnough = async (version: string): Promise<boolean> =>
    (await run('go_program', { path: programs(tools, { go: `echo ${version}` }) })).status === 0;

  test('that is new enough is used', async () => {
    const path = programs(tools, { go: 'echo go1.26.5' });
    const { status, output } = await run('ensure_go', { path });
    assert.equal(status, 0);
    assert.match(output, /found {4}Go \(.*\/go\)/);
  });

  test('that is new enough builds every module of tools/', async () => {
    const modules = readdirSync(join(project, 'tools'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('go.mod'))
      .map((file) => readFileSync(join(project, 'tools', file), 'utf8'));
    assert.ok(modules.length > 1);
    for (const wanted of modules.map((text) => /^go (\d+)\.(\d+)\.(\d+)$/m.exec(text))) {
      const [, major, minor = 0, patch = 0] = (wanted ?? []).map(Number);
      assert.equal(await isEnough(`go${major}.${minor - 1}.99`), false);
      if (patch > 0) assert.equal(await isEnough(`go${major}.${minor}.${patch - 1}`), false);
    }
  });

  for (const version of ['go1.26.5', 'go1.26.8', 'go1.26.10', 'go1.27rc1', 'go1.27.0', 'go1.30.1']) {
    test(`of ${version} is new enough`, async () => assert.ok(await isEnough(version)));
  }

  for (const version of ['go1.19.8', 'go1.25.9', 'go1.26rc1', 'go1.26.0', 'go1.26.4', 'go1.3', 'devel']) {
    test(`of ${version} is too old`, async () => assert.equal(await isEnough(version), false));
  }

  test('that is too old gets a newer one beside it, downloaded once and verified', async () => {
    const cache = directory();
    const known = `go_sha256() { sha256sum "$cache/go.draft/go.zip" | sed 's/ .*//'; }`;
    const path = programs(withTools, fakes);
    const { status, output } = await run(`${known}; ensure_go; ensure_go`, { path, cache });
    assert.equal(status, 0, output);
    assert.match(output, /install {2}Go 1\.26\.8 .*\n {2}found {4}Go \(.*\/go\/bin\/go\)\n$/);
    assert.equal(
      readFileSync(join(cache, 'asked'), 'utf8'),
      'https://proxy.golang.org/golang.org/toolchain/@v/v0.0.1-go1.26.8.linux-amd64.zip\n',
    );
  });

  test('that differs from the published checksum is not used', async () => {
    const cache = directory();
    const { status } = await run('ensure_go', { path: programs(withTools, fakes), cache });
    assert.equal(status, 1);
    assert.equal(existsSync(join(cache, 'go')), false);
  });
});
