import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { settings } from '../../src/config/settings.ts';

const root = new URL('../../', import.meta.url).pathname;
const pages = ['.', 'appliance', 'docs', 'docs/decisions'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** Text without code blocks, in which `#` starts no heading and brackets are no link. */
function proseOf(page: string): string {
  return read(page).replace(/^ *```.*?^ *```$/gms, '');
}

/** The anchors of a page's headings, as GitHub derives them. */
function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function linksOf(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target));
}

describe('documents', () => {
  for (const page of pages) {
    test(`${page}: every link leads to a file and a heading that exist`, () => {
      for (const link of linksOf(page)) {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : normalize(join(dirname(page), path));
        assert.ok(existsSync(join(root, target)), `${link}: there is no ${target}`);
        if (anchor !== undefined) assert.ok(anchorsOf(target).has(anchor), `${link}: no such heading`);
      }
    });
  }

  test('the README has fewer than 250 lines and links every page of docs/', () => {
    const text = read('README.md');
    assert.ok(text.split('\n').length <= 250, 'README.md is too long: move a how-to into docs/');
    const linked = new Set(linksOf('README.md').map((link) => link.split('#')[0]));
    const own = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page));
    assert.deepEqual(
      own.filter((page) => !linked.has(page)),
      [],
    );
  });

  test('the README names every setting in full', () => {
    const named = new Set([...read('README.md').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
    assert.deepEqual(
      Object.keys(settings).filter((name) => !named.has(name)),
      [],
    );
  });

  test('every decision has its number in the title and a line in the index', () => {
    const files = readdirSync(join(root, 'docs/decisions')).filter((name) => name !== 'README.md');
    const index = read('docs/decisions/README.md');
    for (const file of files) {
      const titles = [...proseOf(`docs/decisions/${file}`).matchAll(/^# (.*)$/gm)].map(([, title]) => title);
      assert.equal(titles.length, 1, `${file} holds one decision`);
      assert.match(titles[0] ?? '', new RegExp(`^${file.slice(0, 4)}: `), file);
      assert.ok(index.includes(`(${file})`), `${file} is not in the index`);
    }
  });
});

describe('what developers read', () => {
  const planned = /proxmox|db-snapshot|NNNN/;

  for (const page of [
    'docs/architecture.md',
    'docs/adding-an-action.md',
    'docs/security.md',
    'docs/reliability.md',
    'CONTRIBUTING.md',
  ]) {
    test(`${page} names only existing files`, () => {
      const paths = [...proseOf(page).matchAll(/`((?:src|test|appliance|prisma|\.ci)\/[\w./-]+)`/g)].map(
        ([, path = '']) => path,
      );
      assert.ok(paths.length > 3);
      assert.deepEqual(
        paths.filter((path) => !planned.test(path) && !existsSync(join(root, path))),
        [],
      );
    });
  }

  test('the map of the rooms contains every folder of src', () => {
    const text = read('CONTRIBUTING.md');
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    );
    assert.deepEqual(
      rooms.map(({ name }) => name).filter((name) => !text.includes(`| \`src/${name}\` `)),
      [],
    );
  });
});
