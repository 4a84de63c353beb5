import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type {
  DescribeDBLogFilesResponse,
  DownloadDBLogFilePortionDetails,
  DownloadDBLogFilePortionMessage,
} from '@aws-sdk/client-rds';
import { describeDBLogFiles } from '../../../../src/api/rds/db-log-file/describe.ts';
import { downloadDBLogFilePortion } from '../../../../src/api/rds/db-log-file/download.ts';
import { runLogReader } from '../../../../src/log-files/run-log-reader.ts';
import { noProgress, type RunningMachine } from '../../../../src/providers/provider.ts';
import { sh } from '../../../../src/ssh/command.ts';
import { startTestApi, type TestApi } from '../../../support/api/api.ts';
import { CALL, newInstance, VERIFIER } from '../../../support/inventory.ts';
import { type LocalWorld, makeLocalWorld, makeServer } from '../../../support/local/world.ts';

const OLD = 'error/postgresql.log.2026-01-01-00';

describe('the log files of an instance', () => {
  let world: LocalWorld;
  let machine: RunningMachine;
  let api: TestApi;
  const stop = new AbortController();
  const warnings: object[] = [];
  let readers: Promise<void>[] = [];
  let directory: string;

  before(async () => {
    world = await makeLocalWorld();
    machine = await makeServer(world, 'cornac-shown');
    directory = `${machine.guestRoot}/log/error`;
    api = await startTestApi();
    for (const name of ['shown', 'missing']) {
      await api.inventory.instances.create(newInstance(name), VERIFIER, CALL);
      await api.finish(name);
    }
    const deps = { ...api, place: world, log: { warn: (fields: object) => warnings.push(fields) } };
    readers = [runLogReader(deps, stop.signal), runLogReader(deps, stop.signal)];
    await world.ssh.run(
      machine.ssh,
      sh`cd ${directory} && seq 1 30000 >postgresql.log.2026-01-01-00 && echo x >postgresql.log.2026-01-01-01.csv &&
        touch -d '2026-01-01 00:59:59.123 UTC' postgresql.log.2026-01-01-00 postgresql.log.2026-01-01-01.csv`,
    );
  });
  after(async () => {
    stop.abort();
    await Promise.all(readers);
    await api?.close();
    await world?.remove();
  });

  const list = (input: object = {}) =>
    api.call<DescribeDBLogFilesResponse>(describeDBLogFiles, { DBInstanceIdentifier: 'shown', ...input });
  const names = async (input?: object) =>
    (await list(input)).DescribeDBLogFiles?.map(({ LogFileName }) => LogFileName);
  const download = (input: Partial<DownloadDBLogFilePortionMessage> = {}) =>
    api.call<DownloadDBLogFilePortionDetails>(downloadDBLogFilePortion, {
      DBInstanceIdentifier: 'shown',
      LogFileName: OLD,
      ...input,
    });
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => `${from + n}\n`).join('');

  test('are listed by name with their sizes and times', async () => {
    const { DescribeDBLogFiles: logs = [], Marker } = await list();
    assert.equal(Marker, undefined);
    assert.equal(logs.length, 3);
    assert.deepEqual(logs[0], {
      LogFileName: OLD,
      Size: 168_894,
      LastWritten: Date.UTC(2026, 0, 1, 0, 59, 59, 123),
    });
    assert.equal(logs[1]?.LogFileName, 'error/postgresql.log.2026-01-01-01.csv');
    assert.match(String(logs[2]?.LogFileName), /^error\/postgresql\.log\.\d{4}(-\d\d){3}$/);
  });

  test('are filtered by name, time and size, and listed in pages', async () => {
    assert.deepEqual(await names({ FilenameContains: 'csv' }), ['error/postgresql.log.2026-01-01-01.csv']);
    assert.equal((await names({ FileLastWritten: Date.UTC(2026, 0, 1, 0, 59, 59, 123) }))?.length, 3);
    assert.equal((await names({ FileLastWritten: Date.UTC(2026, 0, 1, 0, 59, 59, 124) }))?.length, 1);
    assert.deepEqual(await names({ FileSize: 168_893 }), [OLD]);
    assert.deepEqual(await names({ FileSize: 168_894 }), []);
    await world.ssh.run(
      machine.ssh,
      sh`cd ${directory} && for minute in $(seq 10 40); do echo x >postgresql.log.2025-01-01-00$minute; done`,
    );
    const first = await list({ MaxRecords: 20 });
    assert.equal(first.DescribeDBLogFiles?.length, 20);
    const second = await list({ MaxRecords: 20, Marker: first.Marker });
    assert.equal(second.DescribeDBLogFiles?.length, 14);
    assert.equal(second.Marker, undefined);
    await world.ssh.run(machine.ssh, sh`rm ${directory}/postgresql.log.2025-*`);
  });

  test('are downloaded from the beginning in blocks of lines', async () => {
    let [Marker, text, blocks] = ['0', '', 0];
    for (let hasMore = true; hasMore; blocks += 1) {
      const portion = await download({ Marker, NumberOfLines: 9_000 });
      text += portion.LogFileData;
      ({ Marker = '', AdditionalDataPending: hasMore = false } = portion);
    }
    assert.equal(text, numbers(1, 30_000));
    assert.equal(blocks, 4);
    assert.equal((await download({ Marker: '0', NumberOfLines: 2 })).LogFileData, '1\n2\n');
    assert.equal((await download({ Marker: '0', NumberOfLines: 99_999 })).LogFileData, numbers(1, 10_000));
  });

  test('show their last lines without a Marker, and with the last Marker what was written since', async () => {
    const last = await download({ NumberOfLines: 3 });
    assert.deepEqual(last, {
      LogFileData: numbers(29_998, 30_000),
      Marker: '168894',
      AdditionalDataPending: false,
    });
    assert.equal((await download()).LogFileData, numbers(20_001, 30_000));
    const none = await download({ Marker: '168894' });
    assert.deepEqual(none, { LogFileData: '', Marker: '168894', AdditionalDataPending: false });
    appendFileSync(`${directory}/postgresql.log.2026-01-01-00`, 'more\n');
    assert.equal((await download({ Marker: '168894' })).LogFileData, 'more\n');
  });

  test('have at most one megabyte in an answer, and only text', async () => {
    const file = `${directory}/postgresql.log.2026-01-01-00`;
    const size = readFileSync(file).length;
    appendFileSync(file, `${'\x1b[31m€<&'.repeat(200_000)}\n\0\xff\n`);
    const { LogFileData = '', Marker, AdditionalDataPending } = await download({ Marker: String(size) });
    assert.match(LogFileData, /^(\?\[31m€<&)+/);
    assert.equal(AdditionalDataPending, true);
    assert.ok(Number(Marker) - size <= 1024 * 1024 && Number(Marker) - size > 1024 * 1024 - 4);
    assert.doesNotMatch(LogFileData, /[^\P{Cc}\t\n]/u);
  });

  test('of an instance that does not exist, or cannot be reached, are errors', async () => {
    const of = (DBInstanceIdentifier: string) => [
      () => list({ DBInstanceIdentifier }),
      () => download({ DBInstanceIdentifier }),
    ];
    for (const call of of('none')) {
      await assert.rejects(call, { code: 'DBInstanceNotFound', status: 404 });
    }
    for (const call of of('missing')) {
      await assert.rejects(call, {
        code: 'DBInstanceNotReady',
        status: 400,
        message: 'The log files of DBInstance missing cannot be read at present.',
      });
    }
  });

  test('with a name of no log are DBLogFileNotFoundFault', async () => {
    for (const LogFileName of [
      'error/postgresql.log.1999-01-01-00',
      'postgresql.log.2026-01-01-00',
      'error/../start.log',
      'error/postgresql.log.2026-01-01-00/../../start.log',
      '/etc/passwd',
      '$(id)',
    ]) {
      await assert.rejects(
        download({ LogFileName }),
        { code: 'DBLogFileNotFoundFault', status: 404 },
        LogFileName,
      );
    }
  });

  test('with a bad Marker or number of lines are refused, both in one answer', async () => {
    for (const Marker of ['-1', 'x', '1:2', ' 0', '1'.repeat(16)]) {
      await assert.rejects(download({ Marker }), { code: 'InvalidParameterValue', message: /Marker/ });
    }
    await assert.rejects(download({ Marker: 'x', NumberOfLines: 0 }), { message: /Marker.*NumberOfLines/s });
    await assert.rejects(list({ MaxRecords: 1 }), { message: /MaxRecords/ });
    await assert.rejects(list({ Filters: [{ Name: 'x', Values: ['y'] }] }), {
      code: 'InvalidParameterValue',
    });
  });

  test('of a machine that is off are not ready, and the machine stays off', async () => {
    await world.provider.stopMachine('cornac-shown', noProgress());
    await assert.rejects(list(), { code: 'DBInstanceNotReady' });
    assert.equal((await world.provider.findMachine('cornac-shown'))?.state, 'stopped');
    assert.deepEqual(warnings, []);
  });
});
