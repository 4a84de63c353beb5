import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { RunningMachine } from '../../../src/providers/provider.ts';

/** What the machine's user can put in place of its machine's files. */
export const KINDS = [
  'link to a file',
  'link to a directory',
  'pipe',
  'huge file',
  'directory',
  'foreign record',
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Sets the file at each path aside and puts something in its place, or puts the file back. Runs in a shell of
 * the machine's user outside of the machine's namespace, where the whole computer is visible. An intruder who
 * breaks out of PostgreSQL could also get there.
 */
const SWAP = `
kind=$1 file=$2 dir=$3 foreign=$4; shift 4
n=0
for path; do
  n=$((n + 1))
  aside=\${path%/*}/.aside-$n
  mv -T "$path" "$aside" 2>/dev/null || { [ ! -e "$path" ] && [ ! -L "$path" ] || continue; }
  case $kind in
  'link to a file') ln -s "$file" "$path" ;;
  'link to a directory') ln -s "$dir" "$path" ;;
  pipe) mkfifo "$path" ;;
  'huge file') truncate -s 1T "$path" ;;
  directory) mkdir -p "$path/a/b" && chmod 000 "$path/a" ;;
  'foreign record') printf %s "$foreign" >"$path" ;;
  esac 2>/dev/null && echo "$path"
done`;
const BACK = `
n=0
for path; do
  n=$((n + 1))
  aside=\${path%/*}/.aside-$n
  chmod -R u+rwx "$path" 2>/dev/null
  rm -rf "$path" 2>/dev/null
  [ ! -e "$aside" ] || mv -T "$aside" "$path"
done`;

export interface Bait {
  readonly file: string;
  readonly dir: string;
  /** The record of another machine. */
  readonly foreign: string;
}

/** The user of a machine after a breakout from PostgreSQL. */
export function createIntruder({ guestRoot }: RunningMachine, bait: Bait) {
  const { uid, gid } = statSync(`${guestRoot}/data`);
  const run = (script: string, ...args: string[]) =>
    spawnSync('/bin/sh', ['-c', script, 'sh', ...args], {
      uid,
      gid,
      cwd: '/',
      encoding: 'utf8',
      timeout: 10_000,
    });
  return {
    uid,
    gid,
    run,
    /** @returns the paths that were replaced */
    swap: (kind: Kind, paths: readonly string[]): string[] =>
      run(SWAP, kind, bait.file, bait.dir, bait.foreign, ...paths)
        .stdout.split('\n')
        .filter((line) => line !== ''),
    putBack: (paths: readonly string[]): void => {
      run(BACK, ...paths);
    },
  };
}
