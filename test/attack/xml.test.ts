import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actions } from '../../src/api/rds/index.ts';
import { count } from '../support/counts.ts';
import { type RealGateway, startRealGateway } from './api-gateway.ts';
import { announceSeed, createRandom } from './api-random.ts';
import { hostileForm } from './xml-hostile.ts';

const REQUESTS = 2_000;
const AT_ONCE = 25;
// One request takes some milliseconds; concurrent requests on a busy machine take longer.
const LONGEST_MS = 5_000;
const MOST_BYTES = 300 * 1024 * 1024;

let gateway: RealGateway;
before(async () => {
  gateway = await startRealGateway();
  await gateway.inventory.createAvailable('victim');
});
after(() => gateway.close());

const NOBODY = 'arn%3Aaws%3Ards%3Alocal%3A123456789012%3Adb%3Anobody';

/**
 * Enough parameters for an action to query the inventory. Mutating actions name an instance that does not
 * exist.
 */
function baseOf(name: string): Record<string, string> {
  if (/TagsForResource|TagsToResource|TagsFromResource/.test(name)) {
    return { ResourceName: NOBODY, ...(name.startsWith('Remove') && { 'TagKeys.member.1': 'a' }) };
  }
  if (name === 'CreateDBInstance') {
    // Refused for its class after every other check, and therefore never made.
    return {
      ...{
        DBInstanceIdentifier: 'made',
        Engine: 'postgres',
        DBInstanceClass: 'db.none',
        AllocatedStorage: '5',
      },
      ...{ MasterUsername: 'postgres', MasterUserPassword: 'C0nfidentiel' },
    };
  }
  if (name === 'DescribeOrderableDBInstanceOptions') return { Engine: 'postgres' };
  if (name.startsWith('Describe')) return {};
  return {
    DBInstanceIdentifier: 'nobody',
    ...(name === 'DeleteDBInstance' && { SkipFinalSnapshot: 'true' }),
  };
}

test('thousands of hostile inputs are answered in XML, in time, and change nothing', async () => {
  const random = createRandom(announceSeed('xml'));
  const problems: string[] = [];
  const codes = new Map<string, number>();
  const before = await gateway.snapshot();
  const [{ rss }, mutating] = [process.memoryUsage(), new Set<string>()];
  for (const { name, mutates } of actions) if (mutates) mutating.add(name);
  count('accepted', 0);
  count('5xx', 0);

  const attack = async (name: string, form: string) => {
    const began = performance.now();
    const { status, code, faults, body } = await gateway.call(form);
    const took = performance.now() - began;
    codes.set(code, (codes.get(code) ?? 0) + 1);
    const told = `${status} ${code} after ${took.toFixed()} ms for ${form.slice(0, 600)}`;
    if (mutating.has(name) && code === 'OK') {
      count('accepted');
      problems.push(`accepted: ${told}`);
    }
    if (status >= 500 || faults.length > 0 || took > LONGEST_MS) {
      problems.push(`${faults} ${told}: ${body.slice(0, 300)}`);
    }
  };
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, () => {
      const action = random.pick(actions);
      return [action.name, hostileForm(action, baseOf(action.name), random)] as const;
    });
    await Promise.all(batch.map(([name, form]) => attack(name, form)));
  }
  await attack(
    'DescribeDBInstances',
    `Action=DescribeDBInstances&Version=2014-10-31&x=${'x'.repeat(10_000_000)}`,
  );

  console.log(`xml: ${[...codes].map(([code, number]) => `${code} ${number}`).join(', ')}`);
  assert.deepEqual(problems.slice(0, 10), []);
  assert.equal(await gateway.snapshot(), before);
  const grown = process.memoryUsage().rss - rss;
  assert.ok(grown < MOST_BYTES, `memory grew by ${grown} bytes`);
  assert.equal((Object.prototype as Record<string, unknown>).x, undefined);
  for (const code of [
    'OK',
    'MalformedInput',
    'InvalidParameterValue',
    'DBInstanceNotFound',
    'RequestEntityTooLarge',
  ]) {
    assert.ok(codes.has(code), `${code} was reached`);
  }
});
