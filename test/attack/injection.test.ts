import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { actions } from '../../src/api/rds/index.ts';
import { count } from '../support/counts.ts';
import { type RealGateway, startRealGateway } from './api-gateway.ts';
import { announceSeed, createRandom } from './api-random.ts';
import { oddNames } from './injection-names.ts';
import { leaves } from './xml-hostile.ts';

// The number of names that are tried for each member. For members that form a name, all names are tried.
const NAMES_OF_A_MEMBER = 4;
const AT_ONCE = 40;

const directory = mkdtempSync(join(tmpdir(), 'cornac-injection-'));
const canary = join(directory, 'canary');
const names = oddNames(canary);
let gateway: RealGateway;
before(async () => {
  gateway = await startRealGateway();
  await gateway.inventory.createAvailable('victim');
});
after(async () => {
  rmSync(directory, { recursive: true });
  await gateway.close();
});

const ARN = 'arn:aws:rds:local:123456789012:db:victim';
const CREATE = {
  ...{ DBInstanceClass: 'db.t2.micro', Engine: 'postgres', AllocatedStorage: '5' },
  ...{ MasterUsername: 'postgres', MasterUserPassword: 'C0nfidentiel' },
};
let made = 0;

/** The parameters of a call that is accepted. */
function baseOf(name: string): Record<string, string> {
  if (name === 'CreateDBInstance') return { ...CREATE, DBInstanceIdentifier: `made-${made++}` };
  if (/TagsForResource|ToResource|FromResource/.test(name)) return { ResourceName: ARN };
  if (name === 'DeleteDBInstance') return { DBInstanceIdentifier: 'nobody', SkipFinalSnapshot: 'true' };
  if (name === 'DescribeOrderableDBInstanceOptions') return { Engine: 'postgres' };
  return name.startsWith('Describe') ? {} : { DBInstanceIdentifier: 'victim' };
}

const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Whether AWS's rules let a call change something with this text in this member: written from the API
 * reference. An empty text counts as no text.
 */
function mayBeAccepted(member: string, text: string): boolean {
  if (/^TagKeys\./.test(member)) return true; // It names a tag that need not exist.
  if (/^Tags\.Tag\.1\.Key$/.test(member)) {
    return TAG.test(text) && !/^(aws|rds):/i.test(text) && text.length > 0 && [...text].length <= 128;
  }
  if (/^Tags\.Tag\.1\.Value$/.test(member)) return TAG.test(text) && [...text].length <= 256;
  switch (member) {
    case 'MasterUserPassword':
      return text === '' || (/^[ -~]{8,128}$/.test(text) && !/[/"@]/.test(text));
    case 'DBInstanceIdentifier':
    case 'NewDBInstanceIdentifier':
      return /^(?=.{1,63}$)[a-z](-?[a-z0-9])*$/i.test(text) && text !== 'cornac';
    case 'DBSnapshotIdentifier':
    case 'FinalDBSnapshotIdentifier':
      return /^(?=.{1,255}$)[a-z](-?[a-z0-9])*$/i.test(text);
    case 'DBName':
      return text === '' || (/^[a-z]\w{0,62}$/i.test(text) && !/^(rdsadmin|template[01])$/i.test(text));
    case 'MasterUsername':
      return /^[a-z]\w{0,62}$/i.test(text) && !/^(pg_|rds|admin$)/i.test(text);
    default:
      return text === '';
  }
}

function form(name: string, members: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ Action: name, Version: '2014-10-31', ...members }).toString();
}

test('odd names are refused wherever the rules forbid them, and run nothing', async () => {
  const random = createRandom(announceSeed('injection'));
  const problems: string[] = [];
  count('accepted', 0);
  count('5xx', 0);
  let taken = 0;

  const attempts = actions.flatMap((action) =>
    leaves(action)
      .filter(({ kind }) => kind === 'string')
      .flatMap(({ path }) => {
        const isName =
          /^(DBInstanceIdentifier|DBName|MasterUsername|MasterUserPassword|Tags\.Tag\.1\.Key)$/.test(path);
        const chosen =
          isName && action.mutates && action.name !== 'ModifyDBInstance'
            ? names
            : Array.from({ length: NAMES_OF_A_MEMBER }, () => random.pick(names));
        return [...new Set(chosen)].map((text) => ({ action, path, text }));
      }),
  );
  const attack = async ({ action, path, text }: (typeof attempts)[number]) => {
    const members = {
      ...baseOf(action.name),
      ...(path.startsWith('Tags.') && { 'Tags.Tag.1.Key': 'key' }),
      [path]: text,
    };
    const { status, code, faults, body } = await gateway.call(form(action.name, members));
    const told = `${status} ${code} for ${action.name} ${path}=${JSON.stringify(text).slice(0, 200)}: ${body.slice(0, 300)}`;
    if (status >= 500 || faults.length > 0) problems.push(`${faults} ${told}`);
    if (!action.mutates || code !== 'OK') return;
    taken += 1;
    if (mayBeAccepted(path, text)) return;
    count('accepted');
    problems.push(`accepted: ${told}`);
  };
  for (let sent = 0; sent < attempts.length; sent += AT_ONCE) {
    await Promise.all(attempts.slice(sent, sent + AT_ONCE).map(attack));
  }

  console.log(`injection: ${attempts.length} names in members, ${taken} taken as the rules have it`);
  assert.deepEqual(problems.slice(0, 10), []);
  assert.ok(attempts.length > 800 && taken > 20);
  assert.ok(!existsSync(canary));
});

test('tags return their values unchanged', async () => {
  // Each text once: two equal calls within a second have the same signature, and the second is refused.
  const good = [...new Set(names)].filter((text) => mayBeAccepted('Tags.Tag.1.Value', text));
  assert.ok(good.length > 10);
  // A new instance, because earlier tests may have given the victim all 50 tags that it may have.
  await gateway.inventory.createAvailable('tagged');
  const ResourceName = ARN.replace('victim', 'tagged');
  for (const text of good) {
    const { code } = await gateway.call(
      form('AddTagsToResource', { ResourceName, 'Tags.Tag.1.Key': 'odd', 'Tags.Tag.1.Value': text }),
    );
    assert.equal(code, 'OK');
    const instance = await gateway.inventory.inventory.instances.find({ identifier: 'tagged' });
    assert.equal(instance?.tags.find(({ Key }) => Key === 'odd')?.Value, text);
    const { body } = await gateway.call(form('ListTagsForResource', { ResourceName }));
    assert.ok(body.includes(text === '' ? '<Value/>' : `<Value>${text}</Value>`), body);
  }
});
