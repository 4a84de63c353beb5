import { join } from 'node:path';

/** The paths of one machine. */
export interface MachinePaths {
  /** The guest's root, above all but the socket. Cornac owns it; `createLayout` names what its user owns. */
  readonly root: string;
  /** Written last when the machine is made, and removed first when it is destroyed: it marks a complete machine. */
  readonly record: string;
  /** Exists while all processes of the machine have ended and none was started since. */
  readonly ended: string;
  readonly sshd: string;
  readonly sshdLog: string;
  readonly scriptsHome: string;
  readonly guestConf: string;
  readonly data: string;
  readonly pgdata: string;
  readonly log: string;
}

/**
 * The provider's directories below STATE_DIR. Cornac owns what it reads and writes, in directories that a
 * machine's user may at most traverse. A machine's user owns only its `data`, its `log` and its socket's
 * directory.
 */
export function createLayout(stateDir: string) {
  const origins = join(stateDir, 'origins');
  const spares = join(stateDir, 'spares');
  return {
    stateDir,
    machines: join(stateDir, 'machines'),
    /** One symbolic link per address, to the name of its machine. */
    addresses: join(stateDir, 'addresses'),
    /** The links of deleted machines: a new machine of the same name gets the address back. */
    keptAddresses: join(stateDir, 'kept-addresses'),
    /** Clusters that machines copy: `clusters` holds them; `maker` is the machine of the user that makes them. */
    origins,
    clusters: join(origins, 'clusters'),
    maker: machinePaths(join(origins, 'maker')),
    /** Clusters for machines to come, see `createSpares`. The maker makes them in `newSpares`. */
    spares,
    newSpares: join(spares, 'new'),
    run: join(stateDir, 'run'),
    locks: join(stateDir, 'lock'),
    /** Not in the machine's directory: a socket's path has at most 107 bytes, and a machine's name may have 63. */
    socketDir: (address: string) => join(stateDir, 'run', address),
    machine: (name: string) => machinePaths(join(stateDir, 'machines', name)),
  };
}

function machinePaths(root: string): MachinePaths {
  return {
    root,
    record: join(root, 'machine.json'),
    ended: join(root, 'ended'),
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
