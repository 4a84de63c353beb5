import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as rds from '@aws-sdk/client-rds';
import { absentResources, notFoundFault } from '../../src/model/not-found.ts';

const modelled = new Map(
  Object.values(rds).flatMap((schema): [string, number][] => {
    const traits: unknown = Array.isArray(schema) && schema[0] === -3 ? schema[3] : undefined;
    if (typeof traits !== 'object' || traits === null || !('awsQueryError' in traits)) return [];
    return [traits.awsQueryError as [string, number]];
  }),
);

for (const resource of absentResources) {
  test(`the fault for an unknown ${resource} has the code and status of AWS, and contains the name`, () => {
    const fault = notFoundFault(resource, 'odd$&name');
    assert.equal(modelled.get(fault.code), fault.status, fault.code);
    assert.match(fault.message, /odd\$&name/);
  });
}
