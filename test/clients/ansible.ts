import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cleanEnvironment, type Stack } from '../acceptance/stack.ts';
import type { Database } from './database.ts';
import { PYTHON } from './python.ts';

const PLAYBOOKS = fileURLToPath(new URL('ansible', import.meta.url));

/** Runs a playbook on this computer. @returns how many of its tasks have changed something */
async function play(
  name: string,
  variables: object,
  { stateDir, env }: Pick<Stack, 'stateDir' | 'env'>,
): Promise<number> {
  const { stdout } = await promisify(execFile)(
    join(dirname(PYTHON), 'ansible-playbook'),
    ['-i', 'localhost,', '-e', JSON.stringify(variables), join(PLAYBOOKS, name)],
    {
      env: {
        ...env,
        ANSIBLE_CONFIG: join(PLAYBOOKS, 'ansible.cfg'),
        ANSIBLE_HOME: join(stateDir, 'ansible'),
      },
    },
  ).catch((error) => {
    throw new Error(`${name} failed: ${error.message}\n${error.stdout}`);
  });
  const [, changed] = /^localhost +: ok=\d+ +changed=(\d+) +unreachable=0 +failed=0 /m.exec(stdout) ?? [];
  assert.ok(changed, stdout);
  return Number(changed);
}

export function testAnsible(stack: () => Stack, master: () => Database): void {
  describe('Ansible', () => {
    test('amazon.aws makes, changes and deletes an instance, and changes nothing in each second run', async () => {
      const described = {
        state: 'present',
        instance_class: 'db.t3.micro',
        storage: 20,
        authority: 'rds-ca-rsa2048-g1',
        tags: { team: 'desk', stage: 'test' },
        password: "C0nf'de tie!",
      };
      const changed = {
        ...described,
        instance_class: 'db.t3.small',
        storage: 25,
        authority: 'rds-ca-ecc384-g1',
        tags: { team: 'chair', cost: '1' },
      };
      for (const wanted of [described, changed, { ...changed, state: 'absent' }]) {
        const counts = [
          await play('instance.yml', wanted, stack()),
          await play('instance.yml', wanted, stack()),
        ];
        assert.deepEqual(counts, [1, 0], JSON.stringify(wanted));
      }
    });

    test('amazon.aws makes a snapshot and an instance of it, and changes nothing in the second run', async () => {
      const counts: number[] = [];
      for (const state of ['present', 'present', 'absent']) {
        counts.push(await play('snapshot.yml', { state }, stack()));
      }
      assert.deepEqual(counts, [2, 0, 2]);
    });

    test('community.postgresql makes a database, and changes nothing in its second run', async () => {
      const { stateDir } = stack();
      const place = { stateDir, env: cleanEnvironment() };
      assert.equal(await play('database.yml', master(), place), 8);
      assert.equal(await play('database.yml', master(), place), 0);
    });
  });
}
