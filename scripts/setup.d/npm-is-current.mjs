// Exits with 0 when node_modules contains what package-lock.json names. npm writes its own list of installed
// packages as its last step, so an interrupted installation has no list.
import { readFileSync } from 'node:fs';

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function isCurrent() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, integrity, optional, peer }]) => {
    const found = installed[path];
    // Optional packages belong to other platforms.
    if (path === '' || (found === undefined && (optional || peer))) return true;
    return found?.version === version && found.integrity === integrity;
  });
}

try {
  process.exitCode = isCurrent() ? 0 : 1;
} catch {
  process.exitCode = 1;
}
