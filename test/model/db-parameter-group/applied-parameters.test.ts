import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  liveParameters,
  needsParameters,
  type Parametered,
  parameterStatus,
} from '../../../src/model/db-parameter-group/applied-parameters.ts';
import type { SetParameters } from '../../../src/model/db-parameter-group/set-parameters.ts';

function instance(parameters: SetParameters, values: Record<string, string>, group = 'mine'): Parametered {
  return {
    engineVersion: '15.18',
    parameterGroup: { name: 'mine', parameters, chosenAt: 3 },
    appliedParameters: { group, values },
  };
}

function setAt(revision: number, name: string, value: string | null): SetParameters {
  return { [name]: { value, applyMethod: 'immediate', revision } };
}

const DYNAMIC = { work_mem: { value: '64', applyMethod: 'immediate' } } as const;
const LATER = { work_mem: { value: '64', applyMethod: 'pending-reboot' } } as const;
const STATIC = { max_connections: { value: '50', applyMethod: 'pending-reboot' } } as const;
const RESET = { work_mem: { value: null, applyMethod: 'immediate' } } as const;

for (const [name, subject, status, live] of [
  ['nothing set', { engineVersion: '15.18' }, 'in-sync', {}],
  [
    'the same values',
    instance({ ...DYNAMIC, ...STATIC }, { work_mem: '64', max_connections: '50' }),
    'in-sync',
    { work_mem: '64', max_connections: '50' },
  ],
  ['a dynamic parameter was set', instance(DYNAMIC, {}), 'applying', { work_mem: '64' }],
  [
    'a dynamic parameter was set for the next reboot',
    instance(LATER, { work_mem: '99' }),
    'pending-reboot',
    { work_mem: '99' },
  ],
  ['a static parameter was set', instance(STATIC, {}), 'pending-reboot', {}],
  ['both were set', instance({ ...DYNAMIC, ...STATIC }, {}), 'applying', { work_mem: '64' }],
  ['a dynamic parameter was reset', instance(RESET, { work_mem: '64' }), 'applying', {}],
  [
    'another group was chosen',
    instance(DYNAMIC, { work_mem: '99' }, 'other'),
    'pending-reboot',
    { work_mem: '99' },
  ],
  [
    'a dynamic parameter was set after another group was chosen',
    instance(
      { ...setAt(4, 'work_mem', '64'), ...setAt(3, 'temp_buffers', '200'), ...STATIC },
      { work_mem: '99', temp_buffers: '100' },
      'other',
    ),
    'applying',
    { work_mem: '64', temp_buffers: '100' },
  ],
  [
    'that has reached the server',
    instance({ ...setAt(4, 'work_mem', '64'), ...STATIC }, { work_mem: '64', autovacuum: '0' }, 'other'),
    'pending-reboot',
    { work_mem: '64', autovacuum: '0' },
  ],
  [
    'a dynamic parameter was reset after another group was chosen',
    instance(setAt(4, 'work_mem', null), { work_mem: '99' }, 'other'),
    'applying',
    {},
  ],
  [
    'a static parameter was set after another group was chosen',
    instance(
      { max_connections: { value: '50', applyMethod: 'pending-reboot', revision: 4 } },
      { max_connections: '60' },
      'other',
    ),
    'pending-reboot',
    { max_connections: '60' },
  ],
  [
    'the default group was chosen',
    { engineVersion: '15.18', appliedParameters: { group: 'mine', values: { work_mem: '64' } } },
    'pending-reboot',
    { work_mem: '64' },
  ],
] as const) {
  test(`${name}: ${status}`, () => {
    assert.equal(parameterStatus(subject), status);
    assert.deepEqual(liveParameters(subject).values, live);
    assert.equal(needsParameters(subject), status === 'applying');
  });
}

test('refused values are not tried again until the group has others', () => {
  const refused = { group: 'mine', values: { work_mem: '64' } };
  const stuck = { ...instance(DYNAMIC, {}), appliedParameters: { group: 'mine', values: {}, refused } };
  assert.equal(needsParameters(stuck), false);
  const mended = { ...stuck, parameterGroup: { name: 'mine', parameters: RESET } };
  assert.equal(parameterStatus(mended), 'in-sync');
  assert.equal(needsParameters(mended), true);
});
