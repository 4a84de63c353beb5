import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const INPUTS = ['src', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/**
 * The directory of the build that set-up has made of the sources in `root`; undefined where a source was changed since
 * that build began. `ensure_build` of scripts/setup.d decides by the same rule whether it builds anew.
 */
export function findCurrentBuild(root = ROOT): string | undefined {
  const began = statSync(join(root, 'dist/.built'), { throwIfNoEntry: false })?.mtimeMs;
  if (began === undefined) return undefined;
  return INPUTS.some((path) => isNewer(join(root, path), began)) ? undefined : join(root, 'dist');
}

/** Whether the file, the directory or anything in it was changed after this time. */
function isNewer(path: string, time: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (found.mtimeMs > time) return true;
  return found.isDirectory() && readdirSync(path).some((name) => isNewer(join(path, name), time));
}
