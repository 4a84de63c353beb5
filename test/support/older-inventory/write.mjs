import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OLDER_KEY } from './load.ts';

/*
 * Writes an inventory of another version of Cornac as SQL, made by that version's own code:
 * `node --import tsx test/support/older-inventory/write.mjs DIRECTORY FILE`. DIRECTORY contains `src`, `test`
 * and `prisma` of that version with its Prisma client generated, and a link to `node_modules`. The SQL files
 * in this directory were made in this way. The script has no types because it calls the code of another
 * version.
 */
const [, , directory = '', file = ''] = process.argv;

const { startPostgres } = await import(join(directory, 'test/support/postgres.ts'));
const { newInstance, refOf, VERIFIER } = await import(join(directory, 'test/support/inventory.ts'));
const { createInventory } = await import(join(directory, 'src/inventory/inventory.ts'));
const { createSealer } = await import(join(directory, 'src/inventory/database/sealer.ts')).catch(
  () => import(join(directory, 'src/inventory/sealer.ts')),
);

const postgres = await startPostgres();
const url = await postgres.createInventoryDatabase();

const inventory = createInventory(url, createSealer(OLDER_KEY));
const { instances, operations } = inventory;
let addresses = 10;

function callOf(name) {
  const invocation = {
    accessKeyId: 'AKIAOLDER',
    id: randomUUID(),
    fingerprint: name,
    signature: createHash('sha256').update(randomUUID()).digest('hex'),
    goodUntil: new Date('2030-01-01'),
  };
  const answer = ({ identifier }) => ({ DBInstance: { DBInstanceIdentifier: identifier } });
  return { requestId: `request-${name}`, invocation, answer };
}

async function create(identifier, members = {}) {
  return instances.create(newInstance(identifier, members), VERIFIER, callOf(identifier));
}

async function createAvailable(identifier, members = {}) {
  const created = await create(identifier, members);
  await operations.begin(refOf(created));
  const secret = await inventory.findSecret(created.dbiResourceId, 'master');
  await inventory.forgetSecret(created.dbiResourceId, 'master', secret?.version ?? '');
  await operations.succeed(refOf(created), {
    status: 'available',
    patch: { availableAt: new Date('2026-11-23T12:05:00Z'), address: `127.0.0.${addresses++}` },
    events: [{ eventId: 'RDS-EVENT-0005', categories: ['creation'], message: 'DB instance created' }],
  });
}

async function begin(identifier, change, isRunning = true) {
  const changed = await instances.change({ identifier }, callOf(`${identifier}-begin`), () => change);
  if (isRunning) await operations.begin(refOf(changed));
  return changed;
}

const own = {
  status: 'available',
  address: '127.0.0.9',
  availableAt: new Date('2026-11-23T11:00:00Z'),
};
await instances.register(newInstance('cornac', own), [
  { eventId: 'RDS-EVENT-0005', categories: ['creation'], message: 'DB instance created' },
]);
await inventory.engineVersions.replace(['15.18']);

await createAvailable('ready', {
  tags: [{ Key: 'team', Value: "o'brien" }],
  deletionProtection: true,
  port: 6432,
});
await createAvailable('placed', { host: 'a', pending: { allocatedStorage: 10 } });
await create('promised');
await operations.begin(refOf(await create('begun', { host: 'b' })));
const broken = refOf(await create('broken'));
await operations.begin(broken);
await operations.fail(
  broken,
  {
    status: 'failed',
    events: [
      { eventId: 'RDS-EVENT-0031', categories: ['failure'], message: 'createDbInstance did not succeed' },
    ],
  },
  'no room',
);
await createAvailable('leaving');
await begin('leaving', { operation: { type: 'rebootDbInstance' } });
await begin('leaving', { operation: { type: 'deleteDbInstance' } });
await createAvailable('growing');
const modification = { allocatedStorage: 20, dbInstanceClass: 'db.t2.small' };
await begin('growing', { operation: { type: 'modifyDbInstance', input: { modification } } });
await createAvailable('rebooting');
await begin('rebooting', { operation: { type: 'rebootDbInstance' } });
await createAvailable('resetting');
await begin('resetting', {
  operation: {
    type: 'modifyDbInstance',
    input: { modification: { masterPassword: true } },
    status: 'resetting-master-credentials',
  },
  masterVerifier: VERIFIER,
});
await createAvailable('recovering');
await begin('recovering', { operation: { type: 'recoverDbInstance' } });
for (const identifier of ['stopped', 'starting']) {
  await createAvailable(identifier);
  const stopped = await begin(identifier, { operation: { type: 'stopDbInstance' } });
  await operations.succeed(refOf(stopped), { status: 'stopped' });
}
await begin('starting', { operation: { type: 'startDbInstance' } });
await createAvailable('stopping');
await begin('stopping', { operation: { type: 'stopDbInstance' } });
await createAvailable('gone');
await operations.forget(refOf(await begin('gone', { operation: { type: 'deleteDbInstance' } })), [
  { eventId: 'RDS-EVENT-0003', categories: ['deletion'], message: 'DB instance deleted' },
]);

// f796a9c does not have `upkeep`.
if (inventory.upkeep) {
  await createAvailable('full');
  const full = refOf(await begin('full', { operation: { type: 'rebootDbInstance' } }));
  await operations.succeed(full, { status: 'storage-full', patch: { shortage: 'full' } });
  await createAvailable('lost');
  const lost = await instances.find({ identifier: 'lost' });
  await inventory.upkeep.lose([lost?.dbiResourceId ?? '']);
  await inventory.upkeep.record({ endedAt: new Date('2026-11-23T13:00:00Z'), missing: 1, heldBack: null });
  const growing = await instances.find({ identifier: 'growing' });
  if (growing)
    await operations.reserve(
      refOf(growing),
      { dbInstanceClass: 'db.t2.small', allocatedStorage: 20 },
      () => {},
    );
}
await inventory.close();

const dump = execFileSync(
  'sh',
  [
    '-c',
    `exec "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)/pg_dump" --inserts --no-owner --dbname="$1"`,
    'sh',
    url,
  ],
  { encoding: 'utf8' },
);
await postgres.stop();
const notSql = /^(?:$|--|SET |\\|SELECT pg_catalog\.set_config)/;
const lines = dump.split('\n').filter((line) => !notSql.test(line));
writeFileSync(file, `${lines.join('\n')}\n`);
