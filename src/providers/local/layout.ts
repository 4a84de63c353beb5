import { join } from 'node:path';

/** Where one machine keeps what. */
export interface MachinePaths {
  /** The guest's root: all but the socket is below it. Cornac's, as all that is not named in `own`. */
  readonly root: string;
  /** Written last when the machine is made and removed first when it is destroyed: with it, the machine is whole. */
  readonly record: string;
  readonly sshd: string;
  readonly sshdLog: string;
  readonly scriptsHome: string;
  readonly guestConf: string;
  readonly data: string;
  readonly pgdata: string;
  readonly log: string;
}

/**
 * The provider's directories below STATE_DIR. What Cornac reads and writes is Cornac's, in directories of Cornac's that
 * the machine's user may at most pass. Of a machine only `data`, `log` and the socket's directory belong to its user.
 */
export function createLayout(stateDir: string) {
  const origins = join(stateDir, 'origins');
  return {
    stateDir,
    machines: join(stateDir, 'machines'),
    /** One symbolic link an address, to the machine that has it. */
    addresses: join(stateDir, 'addresses'),
    /** The same of machines that are gone: their names get these addresses back. */
    keptAddresses: join(stateDir, 'kept-addresses'),
    /** Clusters that machines are copied from: `clusters` holds them, `maker` is the machine of the user that makes them. */
    origins,
    clusters: join(origins, 'clusters'),
    maker: machinePaths(join(origins, 'maker')),
    run: join(stateDir, 'run'),
    locks: join(stateDir, 'lock'),
    /** Not in the machine's directory: a socket's path is 107 bytes at most, and a machine's name may be 63. */
    socketDir: (address: string) => join(stateDir, 'run', address),
    machine: (name: string) => machinePaths(join(stateDir, 'machines', name)),
  };
}

function machinePaths(root: string): MachinePaths {
  return {
    root,
    record: join(root, 'machine.json'),
    sshd: join(root, 'etc/ssh'),
    sshdLog: join(root, 'sshd.log'),
    scriptsHome: join(root, 'opt/cornac'),
    guestConf: join(root, 'etc/cornac/guest.conf'),
    data: join(root, 'data'),
    pgdata: join(root, 'data/pgdata'),
    log: join(root, 'log'),
  };
}

export type Layout = ReturnType<typeof createLayout>;
