import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { apiCoverage } from '../../scripts/api-coverage.ts';
import { clientsOf } from '../../scripts/coverage.d/clients.ts';
import { reasonOf } from '../../scripts/coverage.d/not-offered.ts';
import { rdsOperations } from '../../src/api/protocol/schema.ts';

const page = apiCoverage();

test('docs/api-coverage.md is as the code is now', async () => {
  const stored = await readFile(new URL('../../docs/api-coverage.md', import.meta.url), 'utf8');
  assert.equal(stored, page, 'run: node --import tsx scripts/api-coverage.ts');
});

test('the page has each operation of RDS once', () => {
  const listed = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  assert.deepEqual(listed, [...rdsOperations.keys()].sort());
});

test('an operation without a reason is an error', () => {
  assert.throws(() => reasonOf('PaintDBInstance'), /no reason for PaintDBInstance/);
});

for (const [text, clients] of [
  ["aws.rds('describe-db-instances')", ['aws CLI']],
  ["boto3.call('describe_db_instances')", ['boto3']],
  ['new DescribeDBInstancesCommand({})', ['JavaScript SDK']],
  ['resource "aws_db_instance" "orders" {', ['Terraform']],
  ['    amazon.aws.rds_instance:', ['Ansible']],
  ["aws.rds('describe-db-instances-of', 'redescribe_db_instances')", []],
] as const) {
  test(`the clients that call DescribeDBInstances in ${text}: ${clients.join()}`, () => {
    assert.deepEqual(clientsOf('DescribeDBInstances', [text]), clients);
  });
}
