import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnv } from './cli/cornac.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The first version with the present inventory. A worker of an earlier version cannot work on it. */
const OLDER = '3ca8d4190c2b7bfdd0e3bd0e5946a256866ffc66';

/** The reason to skip tests with the older version; false where it is available. */
export const withoutOlderVersion =
  spawnSync('git', ['-C', ROOT, 'cat-file', '-e', `${OLDER}^{tree}`], { stdio: 'ignore' }).status === 0
    ? false
    : 'the version before this one is not in this clone';

/** Unpacks the sources of the older version, ready to run, into a directory of their own. */
export function unpackOlderVersion() {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-older-'));
  const archive = execFileSync(
    'git',
    ['-C', ROOT, 'archive', OLDER, 'src', 'prisma', 'appliance', 'package.json'],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  execFileSync('tar', ['-x', '-C', directory], { input: archive });
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  execFileSync(join(ROOT, 'node_modules/.bin/prisma'), ['generate'], {
    cwd: directory,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
    stdio: 'ignore',
  });
  return {
    /** Starts one of its worker processes and waits until it takes work. Settings are CORNAC_* variables. */
    startWorker: async (settings: Record<string, string>): Promise<ChildProcess> => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'worker-process'], {
        cwd: directory,
        env: cleanEnv(settings),
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`the older worker ended with ${code}`);
      });
      await Promise.race([once(child, 'message'), ended]);
      ended.catch(() => {});
      return child;
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}
