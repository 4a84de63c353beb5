// Exits 0 when node_modules holds what package-lock.json names. npm writes its own list of what it has installed as its
// last step, so an installation that was interrupted has none.
import { readFileSync } from 'node:fs';

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function isCurrent() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, integrity, optional, peer }]) => {
    const found = installed[path];
    // Optional ones are for other platforms.
    if (path === '' || (found === undefined && (optional || peer))) return true;
    return found?.version === version && found.integrity === integrity;
  });
}

try {
  process.exitCode = isCurrent() ? 0 : 1;
} catch {
  process.exitCode = 1;
}
