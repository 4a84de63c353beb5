import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { CreateDBInstanceCommand, ModifyDBInstanceCommand, type RDSClient } from '@aws-sdk/client-rds';
import { makeWord } from '../acceptance/canaries.ts';
import { createRds, query, waitFor } from '../acceptance/rds.ts';
import { makeStateDir, removeState, type Stack, startStack } from '../acceptance/stack.ts';
import { count } from '../support/counts.ts';

// The name of a file that a shell or psql would create in its working directory, because a password has no
// slash.
const canary = makeWord();
const passwords = [
  `$(touch ${canary})`,
  `\`touch ${canary}\``,
  `';touch ${canary};'`,
  `\\! touch ${canary}`,
  `'; COPY x FROM PROGRAM 'touch ${canary}'; --`,
  "a'' \\\\ $$ %s :x |&;<>(){}[]*?~#!^=+,.-_",
];
/** Words that SQL, pg_hba.conf and connection strings reserve. */
const words = [
  { DBInstanceIdentifier: 'select', MasterUsername: 'select', DBName: 'table' },
  { DBInstanceIdentifier: 'all', MasterUsername: 'all', DBName: 'sameuser' },
  { DBInstanceIdentifier: 'mixed-Case', MasterUsername: 'MiXeD', DBName: `D${'b'.repeat(62)}` },
];

let stateDir: string;
let stack: Stack;
let rds: RDSClient;
before(async () => {
  stateDir = await makeStateDir();
  stack = await startStack(stateDir);
  rds = createRds(stack);
});
after(async () => {
  rds?.destroy();
  await stack?.stop();
  await removeState(stateDir);
});

test('reserved words and passwords with shell syntax are used only as names and passwords', async () => {
  await Promise.all(
    words.map(async ({ DBInstanceIdentifier, MasterUsername, DBName }, index) => {
      const [first = '', second = ''] = passwords.slice(2 * index, 2 * index + 2);
      await rds.send(
        new CreateDBInstanceCommand({
          ...{ DBInstanceIdentifier, MasterUsername, DBName, MasterUserPassword: first },
          ...{ DBInstanceClass: 'db.t2.micro', Engine: 'postgres', AllocatedStorage: 5 },
        }),
      );
      count('tried', 2);
      const who = 'SELECT current_user::text AS master, current_database()::text AS name';
      const expected = [{ master: MasterUsername, name: DBName }];
      const instance = await waitFor(rds, DBInstanceIdentifier, 'available');
      assert.deepEqual(await query(instance, first, who), expected);
      await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier, MasterUserPassword: second }));
      await waitFor(rds, DBInstanceIdentifier, 'available');
      assert.deepEqual(await query(instance, second, who), expected);
      await assert.rejects(query(instance, first, who), { code: '28P01' });
    }),
  );
});

test('no reserved word and no password has run a command', async () => {
  assert.equal(await stack.stop(), 0);
  const everywhere = await readdir(stateDir, { recursive: true });
  assert.ok(everywhere.some((path) => path.endsWith('PG_VERSION')));
  const besides = (
    await Promise.all(['.', '/', '/tmp', '/root'].map((path) => readdir(path).catch(() => [])))
  ).flat();
  const found = [...everywhere, ...besides].filter((path) => path.endsWith(canary));
  count('accepted', found.length);
  assert.deepEqual(found, []);
});
