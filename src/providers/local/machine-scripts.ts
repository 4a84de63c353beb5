import {
  access,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GuestScripts } from '../../guest/scripts.ts';
import { ensureDirectory } from './files.ts';
import type { MachinePaths } from './layout.ts';

type Script = GuestScripts['files'][number];

/** Whether a machine has the scripts of the present version. Those of a running machine are complete. */
export function hasScripts({ root }: MachinePaths, { directory }: GuestScripts): Promise<boolean> {
  return access(join(root, directory)).then(
    () => true,
    () => false,
  );
}

/**
 * Gives a machine the scripts of the present version; those of other versions stay. Each start calls this and
 * checks the files, because a script that a power failure truncated would do nothing and report success.
 * Flushing each file instead took longer than everything else in making a machine.
 */
export async function installScripts(paths: MachinePaths, scripts: GuestScripts): Promise<void> {
  const directory = join(paths.root, scripts.directory);
  if (await areComplete(directory, scripts)) return;
  const fresh = join(paths.scriptsHome, '.new');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh);
  for (const below of directoriesOf(scripts)) await ensureDirectory(join(fresh, below), 0o755);
  await Promise.all(scripts.files.map((script) => writeScript(fresh, script)));
  await rm(directory, { recursive: true, force: true });
  await rename(fresh, directory);
  const bin = join(paths.scriptsHome, 'bin');
  await rm(`${bin}.new`, { force: true });
  await symlink(directory, `${bin}.new`);
  await rename(`${bin}.new`, bin);
}

/** From the top down. */
function directoriesOf({ files }: GuestScripts): string[] {
  const all = files.map(({ path }) => dirname(path));
  return [...new Set([...all, ...all.map((path) => dirname(path))])].sort();
}

async function writeScript(directory: string, script: Script): Promise<void> {
  if ('link' in script) return symlink(script.link, join(directory, script.path));
  const { path, mode, content } = script;
  const handle = await open(join(directory, path), 'wx', mode);
  try {
    await handle.writeFile(content);
    // The umask may have narrowed the mode.
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

async function areComplete(directory: string, scripts: GuestScripts): Promise<boolean> {
  const { files } = scripts;
  try {
    // Without `.`, the directory itself.
    const known = files.length + directoriesOf(scripts).length - 1;
    if ((await readdir(directory, { recursive: true, withFileTypes: true })).length !== known) return false;
    return (await Promise.all(files.map((script) => isComplete(directory, script)))).every(Boolean);
  } catch {
    return false;
  }
}

async function isComplete(directory: string, script: Script): Promise<boolean> {
  const file = join(directory, script.path);
  if ('link' in script) return (await readlink(file)) === script.link;
  const { mode, content } = script;
  const found = await lstat(file);
  if (!found.isFile() || found.size !== content.length || (found.mode & 0o777) !== mode) return false;
  return content.equals(await readFile(file));
}
