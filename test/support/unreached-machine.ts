import type { RunningMachine } from '../../src/providers/provider.ts';

/** A machine for tests that never reach it. The test defines the answers of its SSH. */
export function unreachedMachine(name: string): RunningMachine {
  return {
    name,
    state: 'running',
    diskGiB: 5,
    address: '127.0.0.1',
    guestRoot: '',
    ssh: { host: '127.0.0.1', port: 22, user: 'root', hostKey: 'ssh-ed25519 AAAA' },
  };
}
