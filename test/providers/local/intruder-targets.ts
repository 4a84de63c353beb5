import { join } from 'node:path';
import type { RunningMachine } from '../../../src/providers/provider.ts';

/** Paths of the machine's user, and paths of Cornac that an intruder would like to replace. */
export function targetsOf({ guestRoot, ssh }: RunningMachine, stateDir: string) {
  const at = (...names: string[]) => names.map((name) => join(guestRoot, name));
  return {
    theirs: [
      ...at('data/pgdata', 'log/sshd.log', 'log/start.log', 'data/.service.lock', 'data/.cluster.lock'),
      join(stateDir, 'run', ssh.host, '.s.PGSQL.5432'),
      join(stateDir, 'run', ssh.host, '.s.PGSQL.5432.lock'),
    ],
    inCluster: at('data/pgdata/postmaster.pid', 'data/pgdata/PG_VERSION', 'data/pgdata/conf.d'),
    ours: [
      ...at(
        '',
        'data',
        'log',
        'etc',
        'opt',
        'machine.json',
        'machine.json.new',
        'etc/ssh',
        'etc/ssh/host_key',
      ),
      ...at(
        'etc/ssh/authorized_keys',
        'etc/ssh/sshd_config',
        'etc/cornac/guest.conf',
        'opt/cornac',
        'sshd.pid',
      ),
      ...[
        'run',
        'machines',
        'addresses',
        'origins',
        'lock',
        'lock/x',
        'origins/clusters/x',
        `run/${ssh.host}`,
      ].map((name) => join(stateDir, name)),
    ],
  };
}
