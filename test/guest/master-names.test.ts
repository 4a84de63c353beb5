import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isReservedUsername } from '../../src/model/db-instance/identifier.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';

let world: LocalWorld;
let machine: RunningMachine;

before(async () => {
  world = await makeLocalWorld();
  machine = await makeServer(world, 'cornac-names');
});
after(() => world.remove());

for (const user of [
  'postgres',
  'rdsuser',
  'rdsadmin2',
  'rds',
  'pgadmin',
  'Rds1',
  'select',
  'administrator',
]) {
  test(`${user} is accepted as a master user, also again`, async () => {
    assert.equal(isReservedUsername(user), false);
    const verifier = scramVerifier('C0nfidentiel');
    await world.guest.ensureMaster(machine, { user, verifier, database: 'test0' });
    await world.guest.ensureMaster(machine, { user, database: 'test0' });
    await world.guest.setMasterPassword(machine, { user, verifier });
  });
}

for (const user of ['rdsadmin', 'rdstopmgr', 'rds_superuser', 'rds_new', 'RDS_new', 'pg_monitor', 'pg_new']) {
  test(`${user} is refused as a master user, whether the role exists or not`, async () => {
    assert.equal(isReservedUsername(user), true);
    const refused = world.guest.ensureMaster(machine, { user, database: 'test0' });
    await assert.rejects(refused, { code: 'CommandFailed', stderr: /taken/ });
  });
}
