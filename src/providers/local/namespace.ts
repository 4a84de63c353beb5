import { fileURLToPath } from 'node:url';
import { succeeds } from '../../system/succeeds.ts';
import { type Account, accountOf } from './account.ts';

const ENTER = fileURLToPath(new URL('../../../appliance/local/enter', import.meta.url));

/** The parts of the state directory that a machine sees. */
export interface View {
  readonly stateDir: string;
  /** The directory of all backups, where the machines have one. */
  readonly repository?: string | undefined;
  /** The machine's own directory, which is also its user's home. */
  readonly root: string;
  /** Other directories below the state directory. */
  readonly more: readonly string[];
  /** A directory of another machine, which can only be read, and its group. */
  readonly reads?: { readonly directory: string; readonly gid: number };
}

/** A program and its arguments. */
export type CommandLine = readonly [string, ...string[]];

/**
 * A command line that runs `command` as the account, in its own mount namespace where the account is
 * exclusive. Spawn it with `spawnOptions` of the same account.
 */
export function confined(
  command: CommandLine,
  account: Account,
  { stateDir, repository = '', root, more, reads }: View,
): CommandLine {
  if (!account.exclusive) return command;
  const { uid, name } = account;
  const dirs = [root, ...more, ...(reads ? [`${reads.gid}:${reads.directory}`] : [])];
  return [
    'unshare',
    // An unmount on the host propagates into the machine. Otherwise the machine would keep a disk busy.
    ...['--mount', '--propagation', 'slave', '/bin/sh', ENTER],
    ...[stateDir, repository, String(uid), name, root, ...dirs, '--', ...command],
  ];
}

/** Options to spawn the command of `confined`: root enters a namespace and becomes the account there. */
export function spawnOptions({ exclusive, spawn }: Account) {
  return {
    ...(exclusive ? { env: spawn.env } : spawn),
    cwd: '/',
  };
}

/**
 * Whether Cornac can make a mount namespace here and become the user `uid` in it. Writes no file, because the
 * answer must be the same on a file system that has become read-only.
 * @param stateDir an existing directory, which is replaced inside the namespace alone
 */
export async function canIsolate(uid: number, stateDir: string): Promise<boolean> {
  const account = accountOf('cornac', uid, uid);
  const [program, ...args] = confined(['true'], account, { stateDir, root: stateDir, more: [] });
  return succeeds(program, args, spawnOptions(account));
}
