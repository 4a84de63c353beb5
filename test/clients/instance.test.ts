import { join } from 'node:path';
import { after, before } from 'node:test';
import { create, createRds, waitFor } from '../acceptance/rds.ts';
import { makeStateDir, removeState, type Stack, startStack } from '../acceptance/stack.ts';
import { testAnsible } from './ansible.ts';
import type { Database } from './database.ts';
import { testDjango } from './django.ts';
import { testDump } from './dump.ts';
import { testPrisma } from './prisma.ts';

// Clients at a whole Cornac and at an instance that it has made. Each makes a database of its own.
const PASSWORD = "C0nf'de tie!";

let stateDir: string;
let stack: Stack;
let master: Database;

before(async () => {
  stateDir = await makeStateDir();
  stack = await startStack(stateDir);
  const rds = createRds(stack);
  await create(rds, 'clients', PASSWORD);
  const { Endpoint, MasterUsername, DBName } = await waitFor(rds, 'clients', 'available');
  rds.destroy();
  master = {
    host: String(Endpoint?.Address),
    port: Number(Endpoint?.Port),
    user: String(MasterUsername),
    password: PASSWORD,
    name: String(DBName),
    authorities: join(stateDir, 'authority.crt'),
  };
});
after(async () => {
  await stack?.stop();
  await removeState(stateDir);
});

testPrisma(() => master);
testDjango(() => master);
testDump(() => master);
testAnsible(
  () => stack,
  () => master,
);
