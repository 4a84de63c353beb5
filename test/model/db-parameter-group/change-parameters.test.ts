import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type RequestedParameter,
  resetAllParameters,
  resetParameters,
  setParameters,
} from '../../../src/model/db-parameter-group/change-parameters.ts';

const EMPTY = { family: 'postgres15', parameters: {} };

function set(...requested: RequestedParameter[]) {
  return setParameters(EMPTY, requested).parameters;
}

function immediate(name: string, value: string): RequestedParameter {
  return { name, value, applyMethod: 'immediate' };
}

test('values and methods are kept as sent, formulas included', () => {
  assert.deepEqual(
    set(
      immediate('work_mem', '{DBInstanceClassMemory/131072}'),
      { name: 'max_connections', value: '200', applyMethod: 'pending-reboot' },
      { name: 'log_min_duration_statement', value: '-1', applyMethod: 'pending-reboot' },
    ),
    {
      work_mem: { value: '{DBInstanceClassMemory/131072}', applyMethod: 'immediate', revision: 1 },
      max_connections: { value: '200', applyMethod: 'pending-reboot', revision: 1 },
      log_min_duration_statement: { value: '-1', applyMethod: 'pending-reboot', revision: 1 },
    },
  );
});

test('without a method a static parameter waits for a reboot and a dynamic one does not', () => {
  const { max_connections, work_mem } = set(
    { name: 'max_connections', value: '100' },
    { name: 'work_mem', value: '65536' },
  );
  assert.equal(max_connections?.applyMethod, 'pending-reboot');
  assert.equal(work_mem?.applyMethod, 'immediate');
});

test('names in capitals name the same parameter', () => {
  assert.deepEqual(Object.keys(set(immediate('DateStyle', 'ISO, MDY'))), ['datestyle']);
});

for (const [name, value] of [
  ['autovacuum', 'on'],
  ['autovacuum', '0'],
  ['random_page_cost', '1.1'],
  ['log_statement', 'ddl'],
  ['wal_compression', 'lz4'],
  ['wal_compression', '1'],
  ['wal_compression', '{DBInstanceVCPU} > 2'],
  ['jit', '"{DBInstanceClassMemory/1073741824} >= 16"'],
  ['max_parallel_workers', '{log(DBInstanceClassMemory/8187281418)*10}'],
  ['temp_file_limit', '-1'],
  ['rds.force_ssl', '0'],
  ['rds.restrict_password_commands', 'off'],
  ['rds.log_retention_period', '10080'],
  ['pgaudit.log', 'ddl, role'],
  ['search_path', '"$user", public'],
] as const) {
  test(`${name} may be ${value}`, () => assert.ok(set({ name, value })));
}

test('the libraries of the allow list may be preloaded, several of them too', () => {
  assert.ok(set({ name: 'shared_preload_libraries', value: 'pg_stat_statements,pgaudit' }));
});

for (const [requested, code, message] of [
  [immediate('nothing', '1'), 'InvalidParameterValue', /Could not find parameter with name: nothing/],
  [immediate('__proto__', '1'), 'InvalidParameterValue', /Could not find parameter/],
  [immediate('archive_command', 'rm -rf /'), 'InvalidParameterValue', /archive_command cannot be modified/],
  [immediate('rds.extensions', 'plperlu'), 'InvalidParameterValue', /rds.extensions cannot be modified/],
  [immediate('log_directory', '/tmp'), 'InvalidParameterValue', /cannot be modified/],
  [
    immediate('max_connections', '100'),
    'InvalidParameterCombination',
    /cannot use immediate apply method for static parameter/,
  ],
  [
    { name: 'max_connections', value: '5' },
    'InvalidParameterValue',
    /Invalid parameter value: 5 for: max_connections allowed values are: 6-262143/,
  ],
  [
    { name: 'shared_preload_libraries', value: 'pgaudit,evil' },
    'InvalidParameterValue',
    /allowed values are/,
  ],
  [
    { name: 'shared_preload_libraries', value: '$libdir/../evil' },
    'InvalidParameterValue',
    /allowed values are/,
  ],
  [immediate('work_mem', '64MB'), 'InvalidParameterValue', /allowed values are: 64-2147483647/],
  [immediate('work_mem', '{DBInstanceClassMemory/0}'), 'InvalidParameterValue', /Invalid parameter value/],
  [immediate('autovacuum', 'maybe'), 'InvalidParameterValue', /allowed values are: 0,1/],
  ...['1', 'on', '{DBInstanceVCPU} > 99'].map(
    (value) =>
      [
        { name: 'rds.restrict_password_commands', value },
        'InvalidParameterValue',
        /for: rds\.restrict_password_commands allowed values are: 0$/,
      ] as const,
  ),
  [immediate('jit', '{DBInstanceVCPU}'), 'InvalidParameterValue', /allowed values are: 0,1/],
  [immediate('jit', '{DBInstanceVCPU} = 2'), 'InvalidParameterValue', /allowed values are: 0,1/],
  [immediate('log_statement', '{DBInstanceVCPU} > 2'), 'InvalidParameterValue', /allowed values/],
  [immediate('work_mem', '{DBInstanceVCPU} > 2'), 'InvalidParameterValue', /Invalid parameter value/],
  [immediate('random_page_cost', '{DBInstanceVCPU}'), 'InvalidParameterValue', /Invalid parameter value/],
  [immediate('log_statement', 'some'), 'InvalidParameterValue', /allowed values are: none,ddl,mod,all/],
  [immediate('search_path', "public'\nport = 1"), 'InvalidParameterValue', /no control characters/],
  [immediate('search_path', 'x'.repeat(2000)), 'InvalidParameterValue', /1024 characters/],
  [{ name: 'work_mem' }, 'InvalidParameterValue', /ParameterValue must be provided/],
  [{ value: '1' }, 'InvalidParameterValue', /ParameterName must be provided/],
  [{ name: 'work_mem', value: '64', applyMethod: 'now' }, 'InvalidParameterValue', /ApplyMethod/],
] as const) {
  test(`refused: ${JSON.stringify(requested).slice(0, 100)}`, () => {
    assert.throws(() => set(requested), { code, message });
  });
}

test('all refusals come at once, and nothing is set', () => {
  assert.throws(() => set(immediate('nothing', '1'), immediate('work_mem', 'x')), /2 reasons/);
});

test('more than 20 parameters, none, and one twice are refused', () => {
  const many = Array.from({ length: 21 }, () => immediate('work_mem', '64'));
  assert.throws(() => set(...many), /21 parameters. At most 20/);
  assert.throws(() => set(), /must be provided/);
  assert.throws(() => set(immediate('work_mem', '64'), immediate('WORK_MEM', '65')), /more than once/);
});

test('a later set keeps the other parameters', () => {
  const first = setParameters(EMPTY, [immediate('work_mem', '64')]);
  const { parameters } = setParameters({ ...EMPTY, ...first }, [immediate('autovacuum', '1')]);
  assert.deepEqual(Object.keys(parameters), ['work_mem', 'autovacuum']);
});

test('a reset takes the value back and keeps when that is to happen', () => {
  const group = setParameters(EMPTY, [immediate('work_mem', '64'), { name: 'max_connections', value: '99' }]);
  const { parameters } = resetParameters({ ...EMPTY, ...group }, [
    { name: 'work_mem', applyMethod: 'pending-reboot' },
  ]);
  assert.deepEqual(parameters, {
    work_mem: { value: null, applyMethod: 'pending-reboot', revision: 2 },
    max_connections: { value: '99', applyMethod: 'pending-reboot', revision: 1 },
  });
});

test('a reset of all resets dynamic parameters at once and static ones with a reboot', () => {
  const group = setParameters(EMPTY, [immediate('work_mem', '64'), { name: 'max_connections', value: '99' }]);
  assert.deepEqual(resetAllParameters({ ...EMPTY, ...group }).parameters, {
    work_mem: { value: null, applyMethod: 'immediate', revision: 2 },
    max_connections: { value: null, applyMethod: 'pending-reboot', revision: 2 },
  });
});
