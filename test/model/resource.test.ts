import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as rds from '@aws-sdk/client-rds';
import {
  describeKind,
  kindOfArnType,
  kindOfSourceType,
  logFieldsOf,
  type ResourceKind,
  resourceKinds,
} from '../../src/model/resource.ts';

const kinds = Object.keys(resourceKinds) as ResourceKind[];

for (const kind of kinds) {
  const { arnType, sourceType, nameMember } = describeKind(kind);
  test(`${kind}: found by its ARN type and by the source type of its events`, () => {
    assert.equal(kindOfArnType(arnType), kind);
    if (sourceType !== undefined) assert.equal(kindOfSourceType(sourceType), kind);
  });
  test(`${kind}: AWS has this source type, and an input with this name member`, () => {
    assert.ok(sourceType === undefined || Object.values<string>(rds.SourceType).includes(sourceType));
    const structures = Object.values(rds).filter((each) => Array.isArray(each) && each[0] === 3);
    assert.ok(structures.some((each) => (each as unknown as string[][])[4]?.includes(nameMember)));
  });
}

test('unknown types and the names of object members match no kind', () => {
  for (const type of ['cluster', 'db-cluster', 'constructor', '']) {
    assert.equal(kindOfArnType(type), undefined);
    assert.equal(kindOfSourceType(type), undefined);
  }
});

test("a log line has the names of the input's resources, and nothing else of the input", () => {
  assert.deepEqual(
    logFieldsOf({ DBInstanceIdentifier: 'one', DBSnapshotIdentifier: 'two', MasterUserPassword: 'secret' }),
    { instance: 'one', snapshot: 'two' },
  );
  assert.deepEqual(logFieldsOf({ DBParameterGroupName: 'three', DBInstanceIdentifier: undefined }), {
    parameterGroup: 'three',
  });
});
