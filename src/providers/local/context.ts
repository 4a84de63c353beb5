import { chmod, mkdir, realpath } from 'node:fs/promises';
import { type GuestScripts, loadGuestScripts } from '../../guest/scripts.ts';
import { type Accounts, findAccounts } from './accounts.ts';
import { type Addresses, createAddresses } from './addresses.ts';
import { ensureDirectory } from './files.ts';
import { createLayout, type Layout } from './layout.ts';
import { loopbackRange } from './network.ts';
import { makeOriginDirectories } from './origins.ts';

export interface LocalOptions {
  readonly stateDir: string;
  readonly machinePrefix: string;
  /** Public SSH keys that machines let in, one line each. */
  readonly publicKeys: readonly string[];
  /** `appliance/guest` */
  readonly guestScriptsDir: string;
  /** LOCAL_NETWORK */
  readonly network?: string | undefined;
  /** LOCAL_USER */
  readonly user?: string | undefined;
  readonly dnsDomain?: string | undefined;
  /** How long PostgreSQL may take to shut down before it is killed; default 2 minutes. */
  readonly shutdownMs?: number;
}

/** What all that the provider does needs. */
export interface Context {
  readonly options: LocalOptions;
  readonly layout: Layout;
  readonly accounts: Accounts;
  readonly addresses: Addresses;
  readonly scripts: GuestScripts;
}

/** Makes the provider's directories, those that are not there. @throws ProviderError Configuration */
export async function openContext(options: LocalOptions): Promise<Context> {
  await mkdir(options.stateDir, { recursive: true, mode: 0o711 });
  // The working directory of a process is told without links.
  const stateDir = await realpath(options.stateDir);
  const layout = createLayout(stateDir);
  const accounts = await findAccounts(options.user, stateDir);
  for (const dir of [layout.machines, layout.addresses, layout.run]) {
    await mkdir(dir, { recursive: true });
    await chmod(dir, 0o711);
  }
  await ensureDirectory(layout.locks, 0o700);
  await makeOriginDirectories(layout, accounts);
  return {
    options,
    layout,
    accounts,
    addresses: createAddresses(layout.addresses, loopbackRange(options.network, options.stateDir)),
    scripts: loadGuestScripts(options.guestScriptsDir),
  };
}
