import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ARCHITECTURE } from './architecture.ts';
import { importsOf, readImports } from './imports.ts';
import { findCycles, findForbidden, findUnused, type Rooms } from './walls.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const imports = [
  ...readImports(root, 'src', ['src/inventory/generated']),
  ...readImports(root, 'test/acceptance'),
];

test('architecture.ts allows every import of src and of the acceptance tests', () => {
  assert.ok(imports.length > 1000, `${imports.length} imports were found`);
  assert.deepEqual(findForbidden(imports, ARCHITECTURE), []);
});

test('architecture.ts allows only imports that a file needs', () => {
  assert.deepEqual(findUnused(imports, ARCHITECTURE), []);
});

test('architecture.ts lists a folder after the folders that it may import', () => {
  const top = (path: string) => path.split('/').slice(0, 2).join('/');
  const order = [...new Set(Object.keys(ARCHITECTURE).map(top))];
  const disorder = Object.entries(ARCHITECTURE).flatMap(([room, { from, types = [] }]) =>
    [...from, ...types]
      .filter((path) => path.startsWith('src/') && order.indexOf(top(path)) > order.indexOf(top(room)))
      .map((path) => `${room}: ${path}`),
  );
  assert.deepEqual(disorder, []);
});

test('the folders below src import each other without a circle', () => {
  assert.deepEqual(findCycles(imports), []);
});

/** The imports of a small project with these files. */
async function sample(t: TestContext, files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-imports-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const [path, code] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), code);
  }
  return readImports(directory, 'src');
}

test('a forbidden import is reported with its file, its line and the rule', async (t) => {
  const found = await sample(t, {
    'src/model/tags.ts':
      "// Tags\nimport { randomInt } from 'node:crypto';\nexport const a = randomInt(3);\n",
    'src/model/deep/arn.ts': "import type { Config } from '../../config/config.ts';\n",
    'src/workflows/create.ts':
      "import { sleep } from '@temporalio/workflow';\nimport { run } from '../activities/run.ts';\n",
    'src/workflows/types.ts': "import type { Run } from '../activities/run.ts';\n",
    'src/providers/local/local.ts':
      "import { Client } from '@temporalio/client';\nimport { vm } from '../libvirt/vm.ts';\n",
    'src/inventory/open.ts': "export {\n  createApp,\n} from '../api/app.ts';\n",
    'src/api/rds/create.ts': "const { migrate } = await import('../../up/up.ts');\n",
    'src/temporal/load.ts': 'export const load = (name: string) => import(name);\n',
    'src/novel/thing.ts': "import '../model/tags.ts';\n",
  });
  assert.deepEqual(
    findForbidden(found, ARCHITECTURE)
      .map((line) => line.replace(/(may import \S+).*/, '$1'))
      .sort(),
    [
      'src/api/rds/create.ts:1: imports ../../up/up.ts; src/api/rds may import src/api,',
      'src/inventory/open.ts:1: imports ../api/app.ts; src/inventory may import src/config/config-error.ts,',
      'src/model/deep/arn.ts:1: imports ../../config/config.ts; src/model may import nothing',
      'src/model/tags.ts:2: imports node:crypto; src/model may import nothing',
      'src/novel/thing.ts:1: its folder is not in the table',
      'src/providers/local/local.ts:1: imports @temporalio/client; src/providers/local may import src/providers,',
      'src/providers/local/local.ts:2: imports ../libvirt/vm.ts; src/providers/local may import src/providers,',
      'src/temporal/load.ts:1: an import that is computed cannot be judged',
      'src/workflows/create.ts:2: imports ../activities/run.ts; src/workflows may import src/model,',
    ],
  );
});

test('a circle of three folders is reported with an import for each arrow', async (t) => {
  const found = await sample(t, {
    'src/a/1.ts': "import '../b/deep/2.ts';\n",
    'src/b/deep/2.ts': "import type { C } from '../../c/3.ts';\n",
    'src/c/3.ts': "import '../a/1.ts';\nimport '../d/4.ts';\n",
    'src/d/4.ts': '',
  });
  assert.deepEqual(findCycles(found), [
    'a -> b (src/a/1.ts:1), b -> c (src/b/deep/2.ts:1), c -> a (src/c/3.ts:1)',
  ]);
});

test('an entry of the table without an import is reported', () => {
  const rooms: Rooms = {
    'src/a': { from: ['src/b'], packages: ['pg', 'zod'] },
    'src/b': { from: [], packages: [] },
  };
  assert.deepEqual(findUnused(importsOf('src/a/1.ts', "import pg from 'pg';\n"), rooms), [
    'src/a: src/b',
    'src/a: zod',
  ]);
});

test('every form of import is found, and text that only looks like an import is not', () => {
  const code = [
    "import 'a1';",
    "import type { T } from 'a2';",
    "import d, { type T } from 'a3';",
    "import * as all from 'a4';",
    'import {',
    '  one,',
    "} from 'a5';",
    "export * from 'a6';",
    "export type { T } from 'a7';",
    "const t: import('a8').T = await import('a9');",
    "const r = require('a10');",
    "const s = 'import x';",
    "export const from = 'nothing';",
  ].join('\n');
  const found = importsOf('src/a.ts', code);
  assert.deepEqual(
    found.map(({ specifier }) => specifier),
    Array.from({ length: 10 }, (_, index) => `a${index + 1}`),
  );
  assert.deepEqual(
    found.filter(({ isType }) => isType).map(({ specifier }) => specifier),
    ['a2', 'a7'],
  );
});
