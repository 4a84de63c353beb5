import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TagListMessage } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { addTagsToResource } from '../../../../src/api/rds/tag/add.ts';
import { listTagsForResource } from '../../../../src/api/rds/tag/list.ts';
import { removeTagsFromResource } from '../../../../src/api/rds/tag/remove.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { invocationOf } from '../../../support/invocation.ts';

const api = await startTestApi();
after(() => api.close());

const ResourceName = 'arn:aws:rds:local:123456789012:db:test0';
function tag(Key: string, Value: string) {
  return { Key, Value };
}
await api.call(createDBInstance, { ...WALK_THROUGH, Tags: [tag('team', 'data')] });

async function list() {
  return (await api.call<TagListMessage>(listTagsForResource, { ResourceName })).TagList;
}

test('tags are added, replaced and removed', async () => {
  assert.deepEqual(await list(), [tag('team', 'data')]);
  await api.call(addTagsToResource, { ResourceName, Tags: [tag('stage', 'dev'), tag('team', 'web')] });
  assert.deepEqual(await list(), [tag('team', 'web'), tag('stage', 'dev')]);
  await api.call(removeTagsFromResource, { ResourceName, TagKeys: ['team', 'none'] });
  assert.deepEqual(await list(), [tag('stage', 'dev')]);
});

test('concurrent requests that add tags: every tag is stored', async () => {
  const keys = ['a', 'b', 'c', 'd'];
  await Promise.all(keys.map((key) => api.call(addTagsToResource, { ResourceName, Tags: [tag(key, key)] })));
  const found = (await list())?.map(({ Key }) => Key) ?? [];
  assert.ok(keys.every((key) => found.includes(key)));
  await api.call(removeTagsFromResource, { ResourceName, TagKeys: keys });
});

test('a call with an invocation stores its answer', async () => {
  const invocation = invocationOf('call-1');
  await api.call(addTagsToResource, { ResourceName, Tags: [tag('once', '1')] }, invocation);
  assert.deepEqual(await api.inventory.invocations.findAnswer(invocation), { result: {} });
});

test('a request beyond the limit of tags leaves the tags unchanged', async () => {
  const before = await list();
  const Tags = Array.from({ length: 50 }, (_, index) => tag(`key${index}`, ''));
  await assert.rejects(api.call(addTagsToResource, { ResourceName, Tags }), {
    code: 'InvalidParameterValue',
  });
  assert.deepEqual(await list(), before);
});

for (const action of [addTagsToResource, removeTagsFromResource, listTagsForResource]) {
  for (const [name, code] of [
    ['arn:aws:rds:local:123456789012:db:nobody', 'DBInstanceNotFound'],
    ['arn:aws:rds:us-east-1:123456789012:db:test0', 'InvalidParameterValue'],
    ['arn:aws:rds:local:123456789012:snapshot:test0', 'DBSnapshotNotFound'],
    ['arn:aws:rds:local:123456789012:pg:test0', 'DBParameterGroupNotFound'],
    ['arn:aws:rds:local:123456789012:cluster:test0', 'InvalidParameterValue'],
    ['test0', 'InvalidParameterValue'],
    [undefined, 'InvalidParameterValue'],
  ] as const) {
    test(`${action.name} of ${name} is refused: ${code}`, async () => {
      await assert.rejects(api.call(action, { ResourceName: name }), { code });
    });
  }
}

test('a request without tags or keys changes nothing', async () => {
  const before = await list();
  await api.call(addTagsToResource, { ResourceName });
  await api.call(removeTagsFromResource, { ResourceName });
  assert.deepEqual(await list(), before);
});

test('a default parameter group has no tags and takes none', async () => {
  const group = 'arn:aws:rds:local:123456789012:pg:default.postgres15';
  const listed = await api.call<TagListMessage>(listTagsForResource, { ResourceName: group });
  assert.deepEqual(listed.TagList, []);
  for (const [action, input] of [
    [addTagsToResource, { Tags: [tag('a', 'b')] }],
    [removeTagsFromResource, { TagKeys: ['a'] }],
  ] as const) {
    await assert.rejects(api.call(action, { ResourceName: group, ...input }), {
      code: 'InvalidDBParameterGroupState',
    });
  }
});

test('tags cannot be filtered', async () => {
  const Filters = [{ Name: 'key', Values: ['a'] }];
  await assert.rejects(api.call(listTagsForResource, { ResourceName, Filters }), {
    code: 'InvalidParameterValue',
  });
});
