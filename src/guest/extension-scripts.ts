import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TarEntry } from '../system/tar.ts';

/**
 * What pgextwlist runs as rdsadmin around a statement on an extension, by the extension's class: parts of
 * `appliance/guest/extensions`. A statement without a script would be every user's, so that each class has one
 * before each kind of statement.
 */
const SCRIPTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  trusted: {
    'before-create': ['closed'],
    'before-update': ['member'],
    'before-drop': ['member'],
    'before-comment': ['member'],
  },
  plain: {
    'before-create': ['member', 'schema'],
    'after-create': ['grants'],
    'before-update': ['member'],
    'after-update': ['grants'],
    'before-drop': ['member'],
    'before-comment': ['member'],
  },
  clean: {
    'before-create': ['member', 'schema', 'clean'],
    'after-create': ['made', 'grants'],
    'before-update': ['member', 'update'],
    'before-drop': ['member'],
    'before-comment': ['member'],
  },
  own: {
    'before-create': ['member', 'clean'],
    'after-create': ['made', 'grants'],
    'before-update': ['member', 'update'],
    'before-drop': ['member'],
    'before-comment': ['member'],
  },
};

/** The names and classes of the list in `dir`. */
export function readExtensionList(dir: string): { readonly name: string; readonly kind: string }[] {
  return readFileSync(join(dir, 'list'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', kind = ''] = line.split(' ');
      if (!/^[a-z][a-z0-9_-]*$/.test(name) || !(kind in SCRIPTS)) {
        throw new RangeError(`not a name and a class of an extension: ${line}`);
      }
      return { name, kind };
    });
}

/** `extensions/CLASS/WHEN-ACTION.sql`, and for each extension a link `extensions/NAME` to its class. */
export function extensionScripts(dir: string): TarEntry[] {
  const part = (name: string) => readFileSync(join(dir, `${name}.sql`));
  const scripts = Object.entries(SCRIPTS).flatMap(([kind, byMoment]) =>
    Object.entries(byMoment).map(([moment, parts]) => ({
      path: `extensions/.${kind}/${moment}.sql`,
      mode: 0o644,
      content: Buffer.concat(parts.map(part)),
    })),
  );
  const links = readExtensionList(dir).map(({ name, kind }) => ({
    path: `extensions/${name}`,
    link: `.${kind}`,
  }));
  return [
    ...scripts,
    ...links,
    { path: 'extensions/.list', mode: 0o644, content: readFileSync(join(dir, 'list')) },
  ];
}
