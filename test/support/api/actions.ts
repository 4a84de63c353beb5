import type { DBInstance } from '@aws-sdk/client-rds';
import { type Action, action } from '../../../src/api/action.ts';
import { dbInstanceAlreadyExists, dbInstanceNotFound } from '../../../src/model/errors.ts';

/** Three actions over a list in memory, for tests of the code around actions. */
export function createToyActions(): Action[] {
  const instances = new Map<string, DBInstance>();
  return [
    action('CreateDBInstance', async (input) => {
      const id = input.DBInstanceIdentifier ?? '';
      if (instances.has(id)) throw dbInstanceAlreadyExists();
      const { DBInstanceClass, Engine, AllocatedStorage, DBName, MasterUsername } = input;
      const instance: DBInstance = {
        DBInstanceIdentifier: id,
        DBInstanceClass,
        Engine,
        AllocatedStorage,
        DBName,
        MasterUsername,
        DBInstanceStatus: 'creating',
        InstanceCreateTime: new Date('2026-11-23T04:55:05.123Z'),
        Endpoint: { Address: '127.0.0.2', Port: 5432 },
        DBSecurityGroups: [],
        TagList: input.Tags,
      };
      instances.set(id, instance);
      return { DBInstance: instance };
    }),
    action('DescribeDBInstances', async (input) => {
      const id = input.DBInstanceIdentifier;
      if (id === undefined) return { DBInstances: [...instances.values()] };
      const instance = instances.get(id);
      if (!instance) throw dbInstanceNotFound(id);
      return { DBInstances: [instance] };
    }),
    action('AddTagsToResource', async (input) => {
      const instance = instances.get(input.ResourceName ?? '');
      if (!instance) throw dbInstanceNotFound(input.ResourceName ?? '');
      instance.TagList = [...(instance.TagList ?? []), ...(input.Tags ?? [])];
      return undefined;
    }),
  ];
}
