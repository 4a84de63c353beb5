import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findSshd } from '../local-machine.ts';

/** A user id without an account on this computer. */
export const STRANGER = 1_600_000_001;

/** Runs a shell script with arguments. @returns the lines of its output */
export type Run = (script: string, ...args: string[]) => string[];

export interface Player {
  readonly run: Run;
  readonly uid: number;
  /** Prefixes of the paths that belong to the player. */
  readonly own: readonly string[];
}

export function lines(output: string) {
  return output.split('\n').filter((line) => line !== '');
}

/** How a process of this user is spawned. */
export function asUser(uid: number) {
  return { uid, gid: uid, cwd: '/', env: { PATH: process.env.PATH } };
}

/** The root directory, address and user id of a local machine. */
export function findMachine(stateDir: string, name: string) {
  const root = join(stateDir, 'machines', `cornac-${name}`);
  const { address } = JSON.parse(readFileSync(join(root, 'machine.json'), 'utf8'));
  return { root, address, uid: statSync(join(root, 'data')).uid };
}

/** The directory that a machine's user has in the repository of backups: one at most, with the id of its instance. */
function findBackups(stateDir: string, uid: number): string[] {
  const repository = join(stateDir, 'backups');
  const own = readdirSync(repository)
    .map((name) => join(repository, name))
    .filter((path) => statSync(path).uid === uid);
  assert.ok(own.length <= 1, own.join());
  return own;
}

/** A stranger, and the user of the machine cornac-intruder, outside and inside its namespaces. */
export function createPlayers(stateDir: string): ReadonlyMap<string, Player> {
  const { root, address, uid } = findMachine(stateDir, 'intruder');
  const sshd = findSshd(root);
  const drop = (id: number): Run => {
    return (script, ...args) =>
      lines(spawnSync('/bin/sh', ['-c', script, 'sh', ...args], { ...asUser(id), encoding: 'utf8' }).stdout);
  };
  const inside: Run = (script, ...args) => {
    const enter = ['-t', String(sshd), '-m', 'setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    return lines(
      spawnSync('nsenter', [...enter, '/bin/sh', '-c', script, 'sh', ...args], { encoding: 'utf8' }).stdout,
    );
  };
  const own = [`${root}/data`, `${root}/log`, join(stateDir, 'run', address), ...findBackups(stateDir, uid)];
  return new Map([
    ['a stranger', { run: drop(STRANGER), uid: STRANGER, own: [] }],
    ["a machine's user, outside", { run: drop(uid), uid, own }],
    ["a machine's user, inside", { run: inside, uid, own }],
  ]);
}
