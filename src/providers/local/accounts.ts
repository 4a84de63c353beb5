import { createHash } from 'node:crypto';
import { execProgram } from '../../system/fork-server.ts';
import { ProviderError } from '../provider.ts';
import {
  type Account,
  accountOf,
  DEFAULT_USER,
  findSharedAccount,
  type HostAccount,
  missing,
} from './account.ts';
import { canIsolate } from './namespace.ts';

/** Which user a machine runs as. */
export interface Accounts {
  /**
   * `own`: each machine has its own uid and mount namespace. `shared`: root cannot make namespaces here and
   * drops to one account for all machines. `self`: Cornac does not run as root, so machines run as Cornac's
   * own user.
   */
  readonly isolation: 'own' | 'shared' | 'self';
  /** The user of the machine with this address. */
  of(address: string): Account;
  /** The user that makes the clusters which machines copy. With isolation `own` no machine has its uid. */
  readonly maker: Account;
  /**
   * The uid of what ends all processes of a machine. With isolation `own` nothing else has it, because the kernel also
   * lets each such killer end the others.
   */
  readonly killerUid: number;
  /** The account of this computer that machines share, or shared before each got its own uid. */
  readonly shared: HostAccount | undefined;
}

/**
 * According to systemd's list nothing uses the uids 1879048192…2147483647, except 2147352576…2147418111:
 * https://systemd.io/UIDS-GIDS. Cornac uses the lower half, from this uid on.
 */
const FIRST_UID = 0x70000000;

/**
 * A uid that is derived from the loopback address, which only one machine has, and from the state directory,
 * because two Cornacs may have the same range. So no list of uids is needed, and no uid leaks.
 * @param address IPv4 of 127.0.0.0/8
 */
export function uidOf(address: string, stateDir: string): number {
  const [, a = 0, b = 0, c = 0] = address.split('.').map(Number);
  const [hash = 0] = createHash('sha256').update(stateDir).digest().subarray(2);
  return FIRST_UID + ((hash & 7) << 24) + (a << 16) + (b << 8) + c;
}

/** Whether `uidOf` could return this uid. */
export function isOwnUid(uid: number): boolean {
  return uid >= FIRST_UID && uid < FIRST_UID + (1 << 27);
}

/** @throws ProviderError Configuration */
export async function findAccounts(wanted: string | undefined, stateDir: string): Promise<Accounts> {
  const shared = await findSharedAccount(wanted);
  if (process.getuid?.() !== 0) return sharing('self', shared);
  // No machine has the address 127.0.0.0, so no machine has this uid.
  const makerUid = uidOf('127.0.0.0', stateDir);
  if (!(await canIsolate(makerUid, stateDir))) return sharing('shared', shared);
  // Nor has one the last address, to which the kernel broadcasts.
  const killerUid = uidOf('127.255.255.255', stateDir);
  const name = shared?.name ?? DEFAULT_USER;
  const own = (uid: number) => accountOf(name, uid, uid);
  return {
    isolation: 'own',
    of: (address) => own(uidOf(address, stateDir)),
    maker: own(makerUid),
    killerUid,
    shared,
  };
}

function sharing(isolation: 'shared' | 'self', shared: HostAccount | undefined): Accounts {
  if (!shared) throw new ProviderError('Configuration', missing(DEFAULT_USER));
  return { isolation, of: () => shared, maker: shared, killerUid: shared.uid, shared };
}

/** @throws ProviderError Conflict when a user of this computer already has the machine's uid */
export async function refuseTakenUid({ uid, exclusive }: Account): Promise<void> {
  if (!exclusive) return;
  // A directory service that does not answer proves nothing.
  const found = await execProgram('getent', ['passwd', String(uid)], { timeout: 10_000 }).catch(
    () => undefined,
  );
  const [name] = found?.stdout.split(':', 1) ?? [];
  if (!name) return;
  throw new ProviderError(
    'Conflict',
    `the uid ${uid} belongs to ${name}, but a machine of Cornac requires it; give the user another uid, ` +
      'or name another range in LOCAL_NETWORK',
  );
}
