import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const script = new URL('../../../tools/vcsim/build', import.meta.url).pathname;

/** Builds the simulator where it is not built yet. @returns the program's path */
export async function buildSimulator(): Promise<string> {
  const { stdout } = await promisify(execFile)(script);
  return stdout.trim();
}

/**
 * The reason to skip tests on the simulator; false where they run. In CI (CI=true) they always run, and fail
 * where Go is missing.
 */
export const skipWithoutGo =
  !process.env.CI &&
  spawnSync('go', ['version']).status !== 0 &&
  'Go is not on PATH: the simulator cannot be built';

/** The same for tests with real guests, which consist of mounts and namespaces. */
export const skipWithoutRoot = skipWithoutGo || (process.getuid?.() !== 0 && 'real guests need root');
