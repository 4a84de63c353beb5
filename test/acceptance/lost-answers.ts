import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DescribeEventsCommand, type RDSClient } from '@aws-sdk/client-rds';
import { startBoto3 } from './boto3.ts';
import { startLossyProxy } from './lossy-proxy.ts';
import type { Parts } from './parts.ts';
import { create, createRds, remove, waitFor } from './rds.ts';
import { clientEnvironment } from './stack.ts';

/** Calls through a proxy that loses answers. @param running is called when gateway and worker run */
export function testLostAnswers(running: () => { parts: Parts; rds: RDSClient }, password: string): void {
  describe('a call whose answer gets lost is retried and executed once', () => {
    let parts: Parts;
    let rds: RDSClient;
    before(() => {
      ({ parts, rds } = running());
    });

    test('by the JavaScript SDK', async () => {
      const proxy = await startLossyProxy(parts.access.endpoint);
      const client = createRds({ ...parts.access, endpoint: proxy.endpoint });
      try {
        proxy.loseAnswer('CreateDBInstance');
        const { DBInstanceStatus, DbiResourceId } = await create(client, 'once', password);
        assert.equal(DBInstanceStatus, 'creating');
        const [id, ...others] = proxy.attempts('CreateDBInstance');
        assert.deepEqual(others, [id]);
        assert.equal((await waitFor(rds, 'once', 'available')).DbiResourceId, DbiResourceId);

        proxy.loseAnswer('DeleteDBInstance');
        await remove(client, 'once');
        const told = (await messages(rds, 'once')).filter((message) => !message?.startsWith('Note: '));
        assert.deepEqual(told, ['DB instance created', 'DB instance deleted']);
      } finally {
        client.destroy();
        await proxy.close();
      }
    });

    test('by boto3', async () => {
      const proxy = await startLossyProxy(parts.access.endpoint);
      const client = startBoto3({ env: clientEnvironment({ ...parts.access, endpoint: proxy.endpoint }) });
      try {
        proxy.loseAnswer('CreateDBInstance');
        await client.call('create_db_instance', {
          ...{ DBInstanceIdentifier: 'once-more', DBInstanceClass: 'db.t2.micro', Engine: 'postgres' },
          ...{ AllocatedStorage: 5, MasterUsername: 'postgres', MasterUserPassword: password },
        });
        assert.equal(proxy.attempts('CreateDBInstance').length, 2);
        // A second call with the same parameters is a new call.
        await assert.rejects(
          client.call('create_db_instance', {
            ...{ DBInstanceIdentifier: 'once-more', DBInstanceClass: 'db.t2.micro', Engine: 'postgres' },
            ...{ AllocatedStorage: 5, MasterUsername: 'postgres', MasterUserPassword: password },
          }),
          { code: 'DBInstanceAlreadyExists' },
        );
        await remove(rds, 'once-more');
      } finally {
        await client.stop();
        await proxy.close();
      }
    });
  });
}

/** Messages of the events of this instance. */
export async function messages(rds: RDSClient, SourceIdentifier: string): Promise<(string | undefined)[]> {
  const { Events = [] } = await rds.send(
    new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier }),
  );
  return Events.map(({ Message }) => Message);
}
