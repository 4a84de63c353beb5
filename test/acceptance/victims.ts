import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf, listProcesses, type Process, signalAll } from './processes.ts';

/** A kind of process of `cornac up` or of its machines. */
export interface Victim {
  readonly name: string;
  /** The processes of this kind, among all processes of this computer. */
  find(stateDir: string, all: Process[]): Process[];
}

function readPid(stateDir: string): number | undefined {
  const file = join(stateDir, 'up.pid');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

function child(name: string, command: RegExp): Victim {
  return {
    name,
    find: (stateDir, all) => {
      const up = readPid(stateDir);
      const family = up === undefined ? [] : familyOf(up, all);
      return family.filter((each) => each.pid !== up && command.test(each.command));
    },
  };
}

function isServer(machine: string, stateDir: string) {
  return (each: Process) =>
    each.command.includes(`${stateDir}/machines/${machine}/`) && /\/postgres -D /.test(each.command);
}

function server(name: string, machine: string): Victim {
  return {
    name,
    find: (stateDir, all) => all.filter(isServer(machine, stateDir)),
  };
}

function backend(name: string, machine: string): Victim {
  return {
    name,
    find: (stateDir, all) => {
      const [postmaster] = all.filter(isServer(machine, stateDir));
      // The process of a session shows user, database and address in its title.
      return all
        .filter(
          ({ parent, command }) => parent === postmaster?.pid && /^postgres: \S+ \S+ 127\./.test(command),
        )
        .slice(0, 1);
    },
  };
}

function sshd(name: string, machine: string): Victim {
  return {
    name,
    find: (stateDir, all) =>
      all.filter(
        ({ command }) =>
          /sshd/.test(command) &&
          command.includes(`${stateDir}/machines/${machine}/`) &&
          / -f /.test(command),
      ),
  };
}

export const victims = {
  temporal: child('Temporal', /temporal-server-/),
  pool: child('the worker pool', /cli\/main\.js worker /),
  worker: child('a worker process', /cli\/main\.js worker-process/),
  gateway: child('the gateway', /cli\/main\.js run/),
  inventory: server("the inventory's postmaster", 'cornac-cornac'),
  backend: backend("a backend of the inventory's", 'cornac-cornac'),
  inventorySshd: sshd("the inventory's sshd", 'cornac-cornac'),
  instance: server("an instance's postmaster", 'cornac-kept'),
  instanceSshd: sshd("an instance's sshd", 'cornac-kept'),
} as const;

/** Kills the running processes of this kind, as the kernel does when memory is short. @returns their ids */
export function killNow({ find }: Victim, stateDir: string, all = listProcesses()): number[] {
  return signalAll(find(stateDir, all), 'SIGKILL');
}
