import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TarFile, tar } from '../system/tar.ts';

/** The guest scripts as they are installed on a machine. */
export interface GuestScripts {
  /** Names of files, without directories. */
  readonly files: readonly TarFile[];
  /** Directory of the scripts below the guest's root. Its name changes whenever a script changes. */
  readonly directory: string;
  readonly archive: Buffer;
}

/** Reads the scripts of `dir`. A script that is executable there is executable on the machine. */
export function loadGuestScripts(dir: string): GuestScripts {
  const files = readdirSync(dir)
    .sort()
    .map((path) => ({
      path,
      mode: statSync(join(dir, path)).mode & 0o100 ? 0o755 : 0o644,
      content: readFileSync(join(dir, path)),
    }));
  const archive = tar(files);
  const hash = createHash('sha256').update(archive).digest('hex').slice(0, 16);
  return { files, directory: `opt/cornac/scripts-${hash}`, archive };
}
