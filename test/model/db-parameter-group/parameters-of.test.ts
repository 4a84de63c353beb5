import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceClasses } from '../../../src/model/db-instance/instance-classes.ts';
import { parametersOf } from '../../../src/model/db-parameter-group/parameters-of.ts';
import { serverSettings } from '../../../src/model/db-parameter-group/server-settings.ts';

const MICRO = {
  engineVersion: '15.18',
  instanceClass: { memoryMiB: 1024, vcpus: 1 },
  allocatedStorage: 5,
  port: 5432,
  values: {},
};

test('without values of users a server has those of the default group, calculated for its class', () => {
  const { shared_buffers, effective_cache_size, max_connections, maintenance_work_mem } = parametersOf(MICRO);
  assert.deepEqual(
    { shared_buffers, effective_cache_size, max_connections, maintenance_work_mem },
    // 256 MB and 512 MB in pages of 8 kB; 64 MB in kB.
    {
      shared_buffers: '32768',
      effective_cache_size: '65536',
      max_connections: '112',
      maintenance_work_mem: '65536',
    },
  );
});

test('rds.force_ssl is 1 from version 15 on', () => {
  assert.equal(parametersOf(MICRO)['rds.force_ssl'], '1');
  assert.equal(parametersOf({ ...MICRO, engineVersion: '14.23' })['rds.force_ssl'], '0');
});

test('a value of a user replaces the default, and booleans have one form', () => {
  const values = {
    max_connections: 'LEAST({DBInstanceClassMemory/4194304},50)',
    'rds.force_ssl': 'off',
    jit: 'TRUE',
  };
  const parameters = parametersOf({ ...MICRO, values });
  assert.equal(parameters.max_connections, '50');
  assert.equal(parameters['rds.force_ssl'], '0');
  assert.equal(parameters.jit, '1');
});

test('a Boolean expression is decided for the class of the instance', () => {
  const values = {
    jit: '{DBInstanceVCPU} > 2',
    'rds.force_ssl': '"{DBInstanceClassMemory} < 1"',
    wal_compression: '{DBInstanceVCPU} > 2',
    application_name: '{DBInstanceVCPU}',
  };
  const small = parametersOf({ ...MICRO, values });
  const big = parametersOf({ ...MICRO, values, instanceClass: { memoryMiB: 16_384, vcpus: 4 } });
  assert.deepEqual([small.jit, small['rds.force_ssl'], small.wal_compression], ['0', '0', 'off']);
  assert.deepEqual([big.jit, big['rds.force_ssl'], big.wal_compression], ['1', '0', 'on']);
  assert.equal(small.application_name, '{DBInstanceVCPU}', 'a text is no formula');
  assert.equal(parametersOf({ ...MICRO, values, engineVersion: '14.23' }).wal_compression, '0');
});

test('an expression that divides by zero for the class leaves TLS required, and PostgreSQL refuses it for its own', () => {
  const expression = '{1/(DBInstanceVCPU-1)} < 0';
  const parameters = parametersOf({ ...MICRO, values: { jit: expression, 'rds.force_ssl': expression } });
  assert.deepEqual([parameters.jit, parameters['rds.force_ssl']], [expression, '1']);
});

test('a value for a parameter that users may not set does not reach the server', () => {
  const values = { archive_command: 'evil', port: '1', nothing: '1', listen_addresses: '*' };
  const parameters = parametersOf({ ...MICRO, values });
  assert.deepEqual(
    Object.keys(values).filter((name) => name in parameters),
    [],
  );
  assert.equal(serverSettings('test0', { ...MICRO, values }).port, '5432');
});

test('every class gets numbers that PostgreSQL takes', () => {
  for (const instanceClass of instanceClasses) {
    const { shared_buffers, max_connections } = parametersOf({ ...MICRO, instanceClass });
    assert.ok(Number(shared_buffers) >= 16 && Number(shared_buffers) <= 1_073_741_823, instanceClass.name);
    assert.ok(Number(max_connections) >= 6 && Number(max_connections) <= 5_000, instanceClass.name);
  }
});

test("the inventory's own server has no parameters of RDS", () => {
  const names = Object.keys(serverSettings('cornac', MICRO));
  assert.deepEqual(
    names.filter((name) => name.startsWith('rds.')),
    [],
  );
});

test('logical replication raises wal_level', () => {
  assert.equal(
    serverSettings('a', { ...MICRO, values: { 'rds.logical_replication': '1' } }).wal_level,
    'logical',
  );
  assert.equal(serverSettings('a', MICRO).wal_level, undefined);
});
