import { setTimeout as delay } from 'node:timers/promises';
import { type Command, sh, type Word } from '../ssh/command.ts';
import { SshError } from '../ssh/error.ts';
import type { Output, RunOptions } from '../ssh/execute.ts';
import type { Ssh } from '../ssh/ssh.ts';
import { GuestBusy, retryMsOf } from './busy.ts';
import { AGAIN } from './exit-status.ts';
import type { GuestMachine } from './machine.ts';
import { loadGuestScripts } from './scripts.ts';
import { type LookAtMachine, watchMachine } from './watch-machine.ts';

/** How a caller aborts a call, and gets its reports. A provider's `Progress` fits. */
export interface GuestCall {
  readonly signal?: AbortSignal | undefined;
  report?(message: string): void;
}

/** Exit status of a shell that does not find the script: the machine has another version, or none yet. */
const NOT_FOUND_STATUS = 127;
const RETRY_PAUSE_MS = 500;

export interface VerbDeps {
  readonly ssh: Ssh;
  /** Directory of the guest scripts, `appliance/guest`. */
  readonly scriptsDir: string;
  /** Looks at the machine during a long verb. Without this function only SSH notices that it went off. */
  readonly look?: LookAtMachine;
  readonly retryMs?: typeof retryMsOf;
}

/** Runs the guest's scripts, Cornac's verbs, in a machine, and installs them where they are missing. */
export function createVerbs({ ssh, scriptsDir, look, retryMs = retryMsOf }: VerbDeps) {
  const scripts = loadGuestScripts(scriptsDir);

  async function ensureScripts(
    { ssh: target, guestRoot }: GuestMachine,
    call: GuestCall = {},
  ): Promise<void> {
    const home = `${guestRoot}/opt/cornac`;
    const script = sh`set -eu
      [ -d ${`${guestRoot}/${scripts.directory}`} ] && exit
      as=; [ "$(id -u)" = 0 ] || [ -w ${home} ] || as='sudo -n'
      $as sh -c ${install(home, `${guestRoot}/${scripts.directory}`, scripts.files.at(-1)?.path ?? '').text}`;
    await ssh.run(target, script, { stdin: scripts.archive, signal: call.signal });
  }

  async function verb(
    machine: GuestMachine,
    name: string,
    words: readonly Word[] = [],
    { signal, report }: GuestCall = {},
    options: RunOptions = {},
  ): Promise<Output> {
    const command = sh`${`${machine.guestRoot}/${scripts.directory}/${name}`} ${words}`;
    const run = (running = signal) => ssh.run(machine.ssh, command, { ...options, signal: running });
    const deadline = Date.now() + retryMs(name);
    for (let missing = 0; ; ) {
      try {
        return await (look ? watchMachine(machine, { look, report, signal }, run) : run());
      } catch (error) {
        if (!(error instanceof SshError)) throw error;
        if (error.exitCode === AGAIN) {
          const output = error.stderr.trim();
          report?.(output);
          if (Date.now() >= deadline) throw name === 'start' ? new GuestBusy(name, lastLine(output)) : error;
          // Verbs wait by themselves where they can. This delay serves the verbs that cannot.
          await delay(RETRY_PAUSE_MS, undefined, { signal });
        } else if (error.exitCode === NOT_FOUND_STATUS && missing++ === 0) {
          await ensureScripts(machine, { signal });
        } else {
          throw error;
        }
      }
    }
  }

  return { ensureScripts, verb };
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? '';
}

/**
 * Unpacks an archive on stdin as `directory`, whole or not at all, and points `bin` to it. The archive has no
 * `last` file where the connection was lost: tar accepts an archive that ends after any file. Syncs the files
 * first, because after a power cut an empty script would run and exit with success.
 */
function install(home: string, directory: string, last: string): Command {
  return sh`set -eu; umask 022
    mkdir -p ${home}; new=$(mktemp -d ${home}/new.XXXXXX); chmod 755 "$new"
    trap 'rm -rf "$new"' EXIT
    tar -x --no-same-owner -C "$new"
    [ -e "$new"/${last} ] || { echo 'the archive of scripts is incomplete' >&2; exit 1; }
    sync -f "$new"
    mv -T "$new" ${directory} || [ -d ${directory} ]
    ln -s ${directory} "$new.bin"; mv -T "$new.bin" ${home}/bin`;
}
