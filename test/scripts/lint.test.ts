import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const RULE = /use startDeadline\(\) of src\/system\/deadline\.ts/g;

/** What `biome lint` says with the project's rules of a project of these files. */
async function lint(t: TestContext, files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-lint-'));
  t.after(() => rm(directory, { recursive: true }));
  const { $schema: _, vcs: __, ...rules } = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
  await writeFile(join(directory, 'biome.json'), JSON.stringify(rules));
  await cp(join(root, 'tools/lint'), join(directory, 'tools/lint'), { recursive: true });
  for (const [path, code] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), code);
  }
  const biome = join(root, 'node_modules/.bin/biome');
  const { status, stdout, stderr } = spawnSync(biome, ['lint', '--error-on-warnings', '.'], {
    cwd: directory,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

test('lint refuses AbortSignal.timeout() however it is written, in every folder', async (t) => {
  const ways = [
    'export const s = AbortSignal.any([AbortSignal.timeout(5), new AbortController().signal]);\n',
    'export const s = AbortSignal.timeout(5);\n',
    'export const f = AbortSignal.timeout;\n',
    'const { timeout } = AbortSignal;\nexport const s = timeout(5);\n',
    'export const s = globalThis.AbortSignal.timeout(5);\n',
  ];
  const folders = ['src', 'src/providers/local', 'scripts', 'bench', 'test'];
  const files = folders.flatMap((folder) =>
    ways.map((code, index) => [`${folder}/sample${index}.${folder === 'scripts' ? 'mjs' : 'ts'}`, code]),
  );
  const { status, output } = await lint(t, Object.fromEntries(files));
  assert.notEqual(status, 0);
  assert.ok((output.match(RULE) ?? []).length >= 10, output);
  // Biome shows twenty at most: each folder and each way alone as well.
  for (const [path = '', code = ''] of files.filter((_, index) => index % (ways.length + 1) === 0)) {
    assert.match((await lint(t, { [path]: code })).output, new RegExp(RULE.source), path);
  }
});

test('lint refuses AbortSignal.any() of controllers, too', async (t) => {
  const code = 'export const s = AbortSignal.any([new AbortController().signal]);\n';
  const { status, output } = await lint(t, { 'src/sample.ts': code });
  assert.notEqual(status, 0);
  assert.match(output, new RegExp(RULE.source));
});
