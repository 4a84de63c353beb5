import { join } from 'node:path';

/** Where one machine keeps what. */
export interface MachinePaths {
  /** The guest's root: all but the socket is below it. */
  readonly root: string;
  /** Written last when the machine is made and removed first when it is destroyed: with it, the machine is whole. */
  readonly record: string;
  readonly sshd: string;
  readonly scriptsHome: string;
  readonly guestConf: string;
  readonly pgdata: string;
  readonly log: string;
}

/** The provider's directories below STATE_DIR. */
export function createLayout(stateDir: string) {
  return {
    stateDir,
    machines: join(stateDir, 'machines'),
    /** One symbolic link an address, to the machine that has it. */
    addresses: join(stateDir, 'addresses'),
    /** Clusters that machines are copied from. */
    origins: join(stateDir, 'origins'),
    run: join(stateDir, 'run'),
    /** Not in the machine's directory: a socket's path is 107 bytes at most, and a machine's name may be 63. */
    socketDir: (address: string) => join(stateDir, 'run', address),
    machine: (name: string): MachinePaths => {
      const root = join(stateDir, 'machines', name);
      return {
        root,
        record: join(root, 'machine.json'),
        sshd: join(root, 'etc/ssh'),
        scriptsHome: join(root, 'opt/cornac'),
        guestConf: join(root, 'etc/cornac/guest.conf'),
        pgdata: join(root, 'data/pgdata'),
        log: join(root, 'log'),
      };
    },
  };
}

export type Layout = ReturnType<typeof createLayout>;
