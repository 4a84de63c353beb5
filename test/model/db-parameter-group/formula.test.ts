import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calculate, compare, looksLikeFormula } from '../../../src/model/db-parameter-group/formula.ts';

const MICRO = {
  DBInstanceClassMemory: 1024 ** 3,
  DBInstanceVCPU: 2,
  AllocatedStorage: 5 * 1024 ** 3,
  EndPointPort: 5432,
};

for (const [formula, value] of [
  ['{DBInstanceClassMemory/32768}', 32768],
  ['LEAST({DBInstanceClassMemory/9531392},5000)', 112],
  ['GREATEST({DBInstanceClassMemory*1024/63963136},65536)', 65536],
  ['SUM({DBInstanceClassMemory/12038},-50003)', 39193],
  [`GREATEST($\{DBInstanceVCPU*2},8)`, 8],
  ['LEAST( {DBInstanceVCPU * 4} , 8, 100 )', 8],
  ['{log(DBInstanceClassMemory)*10}', 300],
  ['{(DBInstanceVCPU+1)*3-2}', 7],
  ['{7/2*2}', 6],
  ['GREATEST(SUM(1,2),LEAST(5,4))', 4],
  ['greatest(Sum(1,2),least(5,4))', 4],
  ['{EndPointPort}', 5432],
  ['100', 100],
] as const) {
  test(`${formula} is ${value}`, () => assert.equal(calculate(formula, MICRO), value));
}

for (const formula of [
  '{Memory/2}',
  '{DBInstanceClassMemory/0}',
  '{DBInstanceClassMemory',
  'MAX(1,2)',
  'constructor(1)',
  '{1 2}',
  '{1;2}',
  'SUM()',
  '',
  `${'('.repeat(600)}1`,
]) {
  test(`no formula: ${formula.slice(0, 30)}`, () => assert.equal(calculate(formula, MICRO), undefined));
}

for (const [expression, value] of [
  ['{DBInstanceVCPU} > 2', false],
  ['"{DBInstanceVCPU} > 2"', false],
  ['{DBInstanceVCPU}>=2', true],
  ['{DBInstanceVCPU} => 2', true],
  ['DBInstanceVCPU < 2', false],
  ['{DBInstanceVCPU*1024} <= 2048', true],
  ['2 =< LEAST({DBInstanceVCPU/2},5)', false],
  ['{log(DBInstanceClassMemory/8388608)} > 6', true],
] as const) {
  test(`${expression} is ${value}`, () => assert.equal(compare(expression, MICRO), value));
}

for (const text of [
  '{DBInstanceVCPU}',
  '{DBInstanceVCPU > 2}',
  '{DBInstanceVCPU} = 2',
  '{DBInstanceVCPU} == 2',
  '1 < 2 < 3',
  '{DBInstanceVCPU} >',
  '> 2',
  'vcpus > 2',
  '1/0 > 2',
  '{DBInstanceVCPU/0} > 2',
  '"{DBInstanceVCPU} > 2',
  '2 > constructor',
  '',
]) {
  test(`no Boolean expression: ${text}`, () => assert.equal(compare(text, MICRO), undefined));
}

test('braces and functions make a formula, other texts do not', () => {
  assert.deepEqual(['{1}', 'LEAST (1,2)', '100', 'least', '"$user", public'].map(looksLikeFormula), [
    true,
    true,
    false,
    false,
    false,
  ]);
});
