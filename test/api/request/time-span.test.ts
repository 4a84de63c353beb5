import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSpan } from '../../../src/api/request/time-span.ts';

const now = new Date('2026-11-23T12:00:00Z');
function at(clock: string) {
  return new Date(`2026-11-23T${clock}:00Z`);
}

for (const [what, request, from, to] of [
  ['the last hour', {}, '11:00', '12:00'],
  ['the last ten minutes', { Duration: 10 }, '11:50', '12:00'],
  ['since a time', { StartTime: at('03:00') }, '03:00', '12:00'],
  ['a stretch', { StartTime: at('03:00'), EndTime: at('04:00') }, '03:00', '04:00'],
  ['an hour before its end', { EndTime: at('04:00') }, '03:00', '04:00'],
  ['ten minutes before its end', { EndTime: at('04:00'), Duration: 10 }, '03:50', '04:00'],
  ['ten minutes from a start', { StartTime: at('03:00'), Duration: 10 }, '03:00', '03:10'],
  [
    'a stretch, whatever the duration',
    { StartTime: at('03:00'), EndTime: at('04:00'), Duration: 5 },
    '03:00',
    '04:00',
  ],
] as const) {
  test(`a time span: ${what}`, () => {
    assert.deepEqual(readSpan(request, now), { from: at(from), to: at(to) });
  });
}

for (const [request, code] of [
  [{ Duration: 0 }, 'InvalidParameterValue'],
  [{ Duration: 14 * 24 * 60 + 1 }, 'InvalidParameterValue'],
  [{ StartTime: at('04:00'), EndTime: at('03:00') }, 'InvalidParameterCombination'],
  [{ StartTime: at('13:00') }, 'InvalidParameterCombination'],
] as const) {
  test(`a span is refused: ${JSON.stringify(request)}`, () => {
    assert.throws(() => readSpan(request, now), { code });
  });
}

for (const [what, request, from, to] of [
  [
    'on from its last day',
    { StartTime: new Date('9999-12-31T23:00:00Z'), Duration: 20_160 },
    '9999-12-31T23:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ],
  [
    'back from its first minute',
    { EndTime: new Date('0001-01-01T00:01:00Z') },
    '0001-01-01T00:00:00.000Z',
    '0001-01-01T00:01:00.000Z',
  ],
] as const) {
  test(`a time span is clamped to the years 1 to 9999: ${what}`, () => {
    assert.deepEqual(readSpan(request, now), { from: new Date(from), to: new Date(to) });
  });
}
