import { lstat, mkdir, readdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type GuestScripts, loadGuestScripts } from '../../guest/scripts.ts';
import { ProviderError } from '../provider.ts';
import { type Accounts, findAccounts, isOwnUid } from './accounts.ts';
import { type Addresses, createAddresses } from './addresses.ts';
import { ensureDirectory } from './files.ts';
import { createLayout, type Layout } from './layout.ts';
import { loopbackRange } from './network.ts';
import { makeOriginDirectories } from './origins.ts';
import { createSpares, type Spares } from './spares.ts';

export interface LocalOptions {
  readonly stateDir: string;
  readonly machinePrefix: string;
  /** Public SSH keys that machines accept, one line each. */
  readonly publicKeys: readonly string[];
  /** `appliance/guest` */
  readonly guestScriptsDir: string;
  /** LOCAL_NETWORK */
  readonly network?: string | undefined;
  /** LOCAL_USER */
  readonly user?: string | undefined;
  /** BACKUP_REPOSITORY: the directory of all backups. Without it the machines have no repository. */
  readonly repository?: string | undefined;
  readonly dnsDomain?: string | undefined;
  /** How long PostgreSQL may take to shut down before Cornac kills it; default 2 minutes. */
  readonly shutdownMs?: number;
}

/** What all parts of the provider share. */
export interface Context {
  readonly options: LocalOptions;
  /** The directory of all backups, without links; undefined where machines have no repository. */
  readonly repository: string | undefined;
  readonly layout: Layout;
  readonly accounts: Accounts;
  readonly addresses: Addresses;
  readonly scripts: GuestScripts;
  readonly spares: Spares;
}

/**
 * Makes the provider's missing directories. Writes nothing where all is in place, because machines must also be
 * stopped on a file system that has become read-only.
 * @throws ProviderError Configuration
 */
export async function openContext(options: LocalOptions): Promise<Context> {
  await mkdir(options.stateDir, { recursive: true, mode: 0o711 });
  // /proc shows the working directory of a process without links.
  const stateDir = await realpath(options.stateDir);
  const layout = createLayout(stateDir);
  const accounts = await findAccounts(options.user, stateDir);
  for (const dir of [layout.machines, layout.addresses, layout.run]) {
    await ensureDirectory(dir, 0o711);
  }
  if (accounts.isolation === 'shared') await refuseToShare(layout);
  // Closed to the users of machines, because the names of deleted instances are in it.
  for (const dir of [layout.keptAddresses, layout.locks]) await ensureDirectory(dir, 0o700);
  await makeOriginDirectories(layout, accounts);
  const repository = options.repository && (await makeRepository(options.repository));
  const scripts = loadGuestScripts(options.guestScriptsDir);
  return {
    options,
    repository,
    layout,
    accounts,
    addresses: createAddresses(layout, loopbackRange(options.network, options.stateDir)),
    scripts,
    spares: createSpares({ layout, accounts, scripts }),
  };
}

/** Other users of this computer cannot list it: the names in it are those of deleted instances as well. */
async function makeRepository(repository: string): Promise<string> {
  await mkdir(dirname(repository), { recursive: true, mode: 0o711 });
  await ensureDirectory(repository, 0o711);
  return realpath(repository);
}

/**
 * Refuses to fall back to a shared user when machines already have their own users. Otherwise their servers
 * would keep running as the old user and lose their files to the new one.
 * @throws ProviderError Configuration
 */
async function refuseToShare(layout: Layout): Promise<void> {
  for (const name of await readdir(layout.machines)) {
    const data = await lstat(layout.machine(name).data).catch(() => undefined);
    if (!data || !isOwnUid(data.uid)) continue;
    throw new ProviderError(
      'Configuration',
      `${name} has its own user, but Cornac cannot create a mount namespace for it now: check whether ` +
        '`unshare --mount true` works, whether all file systems can be mounted read-only there, and for CAP_SYS_ADMIN',
    );
  }
}
