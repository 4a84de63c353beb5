import { execFileSync } from 'node:child_process';
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createGuest } from '../../../src/guest/guest.ts';
import { createLocalProvider } from '../../../src/providers/local/local.ts';
import { canIsolate } from '../../../src/providers/local/namespace.ts';
import { type MachineSpec, noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';
import { createSsh } from '../../../src/ssh/ssh.ts';

export const guestScriptsDir = resolve('appliance/guest');

/** A key pair in OpenSSH's format; the private key is in a file of `dir`. */
export function makeKey(dir: string, name = 'key'): { keyFile: string; publicKey: string } {
  const pair = generateKeyPair();
  const keyFile = join(dir, name);
  writeFileSync(keyFile, pair.private, { mode: 0o600 });
  return { keyFile, publicKey: pair.public };
}

/** A directory that the unprivileged user can enter, as STATE_DIR requires. */
export function makeStateDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-local-'));
  chmodSync(dir, 0o711);
  return dir;
}

/**
 * A local provider with its own state directory, with SSH and guest. `remove` leaves nothing of it behind.
 */
export async function makeLocalWorld() {
  const stateDir = makeStateDir();
  const key = makeKey(stateDir);
  const open = () =>
    createLocalProvider({ stateDir, machinePrefix: 'cornac-', publicKeys: [key.publicKey], guestScriptsDir });
  const provider = await open();
  const ssh = createSsh({ auth: { keyFile: key.keyFile } });
  return {
    stateDir,
    key,
    provider,
    ssh,
    guest: createGuest({ ssh, scriptsDir: guestScriptsDir }),
    open,
    remove: async () => {
      await ssh.close();
      for (const { name } of await provider.listMachines()) {
        await provider.destroyMachine({ name }, noProgress());
      }
      await provider.close();
      await rm(stateDir, { recursive: true });
    },
  };
}

export type LocalWorld = Awaited<ReturnType<typeof makeLocalWorld>>;

/** Such a world whose provider has a repository of backups, and the work in it. */
export async function makeBackupWorld() {
  const world = await makeLocalWorld();
  const repository = join(world.stateDir, 'backups');
  const { stateDir, key } = world;
  const provider = await createLocalProvider({
    ...{ stateDir, machinePrefix: 'cornac-', publicKeys: [key.publicKey], guestScriptsDir, repository },
  });
  const { backups } = provider;
  if (!backups) throw new Error('the provider has no repository');
  const remove = async () => {
    await provider.close();
    await world.remove();
  };
  return { ...world, provider, repository, backups, remove };
}

export type BackupWorld = Awaited<ReturnType<typeof makeBackupWorld>>;

/** The uid of a machine's user. */
export function machineUid({ guestRoot }: RunningMachine): number {
  return statSync(`${guestRoot}/data`).uid;
}

/** Whether each machine has a user of its own: this requires root and mount namespaces. */
export async function haveOwnUsers(): Promise<boolean> {
  return process.getuid?.() === 0 && (await canIsolate(1_600_000_002, resolve('test')));
}

export function spec(name: string): MachineSpec {
  return { name, cpus: 1, memoryMiB: 512, diskGiB: 1 };
}

export async function makeRunningMachine({ provider }: LocalWorld, name: string): Promise<RunningMachine> {
  await provider.ensureMachine(spec(name), noProgress());
  return provider.startMachine(name, noProgress());
}

/** Copies PostgreSQL into a machine, which sees no home directory of the host, and names it in the guest's settings. */
function installPostgres({ guestRoot }: RunningMachine, version: string, bin: string): void {
  const home = `${guestRoot}/opt/postgres-${version}`;
  execFileSync('cp', ['-a', dirname(bin), home]);
  appendFileSync(`${guestRoot}/etc/cornac/guest.conf`, `CORNAC_PGBIN_${version}='${home}/bin'\n`);
}

/**
 * A machine with a PostgreSQL server that accepts connections, of the newest installed version. TEST_POSTGRES
 * selects another version, for example `18=/opt/pg18/bin`.
 */
export async function makeServer(world: LocalWorld, name: string): Promise<RunningMachine> {
  const machine = await makeRunningMachine(world, name);
  const [newest = ''] = (await world.provider.listEngineVersions()).sort().reverse();
  const [version = newest, bin] = process.env.TEST_POSTGRES?.split('=') ?? [];
  if (bin) installPostgres(machine, version, bin);
  await world.guest.prepareDisk(machine);
  await world.guest.initCluster(machine, { version });
  await world.guest.configure(machine, { shared_buffers: '16MB' });
  await world.guest.startPostgres(machine);
  return machine;
}

/** A verifier of RFC 5803, in PostgreSQL's format. */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const sign = (message: string) => createHmac('sha256', salted).update(message).digest();
  const stored = createHash('sha256').update(sign('Client Key')).digest('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${stored}:${sign('Server Key').toString('base64')}`;
}
