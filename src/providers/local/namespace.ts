import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Account, accountOf } from './account.ts';

const exec = promisify(execFile);
const ENTER = fileURLToPath(new URL('../../../appliance/local/enter', import.meta.url));

/** What a machine sees of the state directory. */
export interface View {
  readonly stateDir: string;
  /** The machine's own directory, which is also its user's home. */
  readonly root: string;
  /** Other directories below the state directory. */
  readonly more: readonly string[];
}

/** A program with arguments. */
export type CommandLine = readonly [string, ...string[]];

/**
 * A command that runs `command` as the account, in a mount namespace of its own where the account has one. To be spawned
 * with `spawnOptions` of the same account.
 */
export function confined(
  command: CommandLine,
  account: Account,
  { stateDir, root, more }: View,
): CommandLine {
  if (!account.exclusive) return command;
  const { uid, name } = account;
  const dirs = [root, ...more];
  return [
    'unshare',
    // What the host unmounts is to be unmounted for the machine, too; else the machine keeps a disk busy.
    ...['--mount', '--propagation', 'slave', '/bin/sh', ENTER],
    ...[stateDir, String(uid), name, root, ...dirs, '--', ...command],
  ];
}

/** Options to spawn what `confined` returns with: root enters a namespace and becomes the account there. */
export function spawnOptions({ exclusive, spawn }: Account) {
  return {
    ...(exclusive ? { env: spawn.env } : spawn),
    cwd: '/',
  };
}

/** Whether we may make a mount namespace for a machine here, and become the user `uid` in it. */
export async function canIsolate(uid: number): Promise<boolean> {
  const stateDir = await mkdtemp(join(tmpdir(), 'cornac-isolation-'));
  const account = accountOf('cornac', uid, uid);
  try {
    const [program, ...args] = confined(['true'], account, { stateDir, root: stateDir, more: [] });
    await exec(program, args, spawnOptions(account));
    return true;
  } catch {
    return false;
  } finally {
    await rm(stateDir, { recursive: true });
  }
}
