import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TarEntry, tar } from '../system/tar.ts';
import { extensionScripts } from './extension-scripts.ts';

/** The guest scripts as they are installed on a machine. */
export interface GuestScripts {
  /** Sorted by path. */
  readonly files: readonly TarEntry[];
  /** Directory of the scripts below the guest's root. Its name changes whenever a script changes. */
  readonly directory: string;
  readonly archive: Buffer;
}

/** Reads the scripts of `dir`. A script that is executable there is executable on the machine. */
export function loadGuestScripts(dir: string): GuestScripts {
  const scripts = readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({
      path: name,
      mode: statSync(join(dir, name)).mode & 0o100 ? 0o755 : 0o644,
      content: readFileSync(join(dir, name)),
    }));
  const files = [...scripts, ...extensionScripts(join(dir, 'extensions'))].sort((one, other) =>
    one.path < other.path ? -1 : 1,
  );
  const archive = tar(files);
  const hash = createHash('sha256').update(archive).digest('hex').slice(0, 16);
  return { files, directory: `opt/cornac/scripts-${hash}`, archive };
}
