import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { RunningMachine } from '../../../src/providers/provider.ts';

/** What the machine's user can put where something of its machine was. */
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
 * For each path: whatever is there is put aside, or back. In a shell of the machine's user, outside of its namespace, where
 * all of the computer is to be seen: who got out of PostgreSQL could also get there.
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

/** The user of a machine, who has got out of PostgreSQL. */
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
