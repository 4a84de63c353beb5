import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultDatabaseName,
  isDatabaseName,
  isDBInstanceIdentifier,
  isMasterUsername,
  isReservedDatabaseName,
  isReservedUsername,
} from '../../../src/model/db-instance/identifier.ts';

function table(check: (text: string) => boolean, rows: Record<string, boolean>) {
  for (const [text, expected] of Object.entries(rows)) {
    test(`${check.name}: '${text.slice(0, 30)}' (${text.length}) ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(check(text), expected);
    });
  }
}

table(isDBInstanceIdentifier, {
  test0: true,
  'Test-0-a': true,
  a: true,
  ['a'.repeat(63)]: true,
  ['a'.repeat(64)]: false,
  '': false,
  '0test': false,
  '-test': false,
  'test-': false,
  'te--st': false,
  te_st: false,
  'te st': false,
  'test\n': false,
  tést: false,
});
table(isDatabaseName, {
  test0: true,
  Test_0: true,
  ['a'.repeat(63)]: true,
  ['a'.repeat(64)]: false,
  '0test': false,
  _test: false,
  'te-st': false,
  '': false,
});
table(isReservedDatabaseName, {
  template0: true,
  TEMPLATE1: true,
  rdsadmin: true,
  postgres: false,
  test0: false,
});
table(isMasterUsername, {
  postgres: true,
  Admin_1: true,
  application_db_admin_user: true,
  ['a'.repeat(63)]: true,
  ['a'.repeat(64)]: false,
  '1a': false,
  'a-b': false,
  '': false,
});
table(isReservedUsername, {
  postgres: false,
  rdsuser: false,
  admin: true,
  administrator: false,
  rdsadmin: true,
  RDSAdmin: true,
  rds_superuser: true,
  pg_monitor: true,
  public: true,
  session_user: true,
});

test('the default database is named after its instance', () => {
  assert.equal(defaultDatabaseName('test0'), 'test0');
});
