import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { MIB } from '../../system/units.ts';
import { checkValue, right, runChecks, unknown } from '../check-results.ts';
import { type Checker, type CheckResult, ProviderError } from '../provider.ts';
import { type Accounts, findAccounts, refuseTakenUid } from './accounts.ts';
import { POSTGRES_PORT, refuseWildcardListeners, SSH_PORT } from './addresses.ts';
import {
  checkEntry,
  checkOwner,
  checkShell,
  checkSocketPath,
  checkSpace,
  checkSshd,
  requireVersions,
} from './check.ts';
import type { LocalOptions } from './context.ts';
import { createLayout } from './layout.ts';
import { hasLocaleOfRds, LOCALE_OF_RDS } from './locale.ts';
import { loopbackRange } from './network.ts';
import { listMajorsWithoutExtwlist } from './versions.ts';

/** Checks this computer before the first machine. Makes no directory. */
export function createLocalChecker(options: LocalOptions): Checker {
  return { check: () => check(options), close: async () => {} };
}

async function* check({ stateDir: wanted, network, user }: LocalOptions): AsyncIterable<CheckResult> {
  yield* (await checkValue('sshd', checkSshd, (program) => program)).results;
  yield* (await checkValue('PostgreSQL', requireVersions, (versions) => versions.join(', '))).results;
  const without = await listMajorsWithoutExtwlist();
  if (without.length === 0) yield right('extensions', 'pgextwlist is there for each PostgreSQL');
  else
    yield unknown(
      'extensions',
      `PostgreSQL ${without.join(', ')} lacks pgextwlist: whether the extensions that PostgreSQL trusts are enough`,
      'install postgresql-VERSION-pgextwlist, as `npm run setup` does where apt knows it',
    );
  if (await hasLocaleOfRds()) yield right('locale', LOCALE_OF_RDS);
  else
    yield unknown(
      'locale',
      `${LOCALE_OF_RDS} is missing: whether databases may sort by code point`,
      LOCALEDEF,
    );

  const doesExist = await exists(wanted);
  const stateDir = doesExist ? await realpath(wanted) : resolve(wanted);
  // Cornac will make missing directories in the nearest existing one.
  const nearest = doesExist ? stateDir : await nearestDirectory(stateDir);
  const layout = createLayout(stateDir);
  const machines = (await exists(layout.machines)) ? layout.machines : nearest;

  const accounts = await checkValue('users', () => findAccounts(user, stateDir), describeAccounts);
  yield* accounts.results;
  const users = accounts.value;
  if (users?.isolation === 'shared') {
    yield unknown(
      'isolation',
      'root may not create mount namespaces here: whether one user for all machines is acceptable',
      UNSHARE,
    );
  }
  yield* await runChecks(
    'STATE_DIR',
    doesExist ? stateDir : `${stateDir} will be created`,
    () => checkSocketPath(layout),
    () => (doesExist ? checkOwner(layout) : requireWritable(nearest)),
    () => users && checkEntry({ machines, stateDir }, users.maker),
  );
  if (users) {
    const taken = () => refuseTakenUid(users.maker);
    yield* await runChecks('LOCAL_USER', users.maker.name, () => checkShell(users), taken);
  }
  yield* await runChecks('room', `${machines} has room`, () => checkSpace({ machines }, 0));
  const free = Math.floor(freemem() / MIB);
  yield unknown(
    'memory',
    `${free} MiB are free: whether this is enough, because machines have no memory limit`,
  );
  const range = async () => loopbackRange(network, wanted);
  yield* (await checkValue('LOCAL_NETWORK', range, ({ cidr }) => cidr)).results;
  yield* await runChecks(
    'ports',
    `${POSTGRES_PORT} and ${SSH_PORT} are free on all addresses`,
    refuseWildcardListeners,
  );
}

async function requireWritable(directory: string): Promise<void> {
  await access(directory, constants.W_OK).catch((cause) => {
    const message = `STATE_DIR: the user that runs Cornac may not write to ${directory}; name another directory, or create it first`;
    throw new ProviderError('Configuration', message, { cause });
  });
}

const UNSHARE = 'give Cornac CAP_SYS_ADMIN, and check whether `unshare --mount true` works';

const LOCALEDEF =
  'make the locale, as `npm run setup` does where it may, so that new instances sort as on RDS; existing instances stay';

const described = {
  own: 'Cornac is root: each machine gets its own user',
  shared: 'Cornac is root: machines share the user',
  self: 'Cornac is not root: machines run as the same user as Cornac',
} as const;

function describeAccounts({ isolation, shared }: Accounts): string {
  return isolation === 'shared' ? `${described.shared} ${shared?.name}` : described[isolation];
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function nearestDirectory(path: string): Promise<string> {
  const above = dirname(path);
  return (await exists(above)) || above === path ? above : nearestDirectory(above);
}
