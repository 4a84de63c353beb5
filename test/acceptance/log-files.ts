import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { Aws } from './aws.ts';
import type { Boto3 } from './boto3.ts';
import { query, waitFor } from './rds.ts';

interface Clients {
  readonly aws: Aws;
  readonly boto3: Boto3;
  readonly rds: RDSClient;
}

/** The logs of the instance `name`, by the aws CLI and boto3. @param clients is called when the stack runs */
export function testLogFiles(clients: () => Clients, name: string, password: string): void {
  describe('the log of an instance', () => {
    let aws: Aws;
    let boto3: Boto3;
    let log: string;
    let names: string[];
    before(async () => {
      let rds: RDSClient;
      ({ aws, boto3, rds } = clients());
      const instance = await waitFor(rds, name, 'available');
      // Twice, so that the log has several blocks of lines also where its hour has just begun.
      for (let time = 0; time < 2; time++) {
        await assert.rejects(query(instance, password, "SELECT 'logged twice'::int"), { code: '22P02' });
      }
      const { DescribeDBLogFiles: logs } = await aws.rds(
        ...['describe-db-log-files', '--db-instance-identifier', name, '--filename-contains', 'postgresql'],
      );
      names = logs.map(({ LogFileName }: { LogFileName: string }) => LogFileName);
      log = logs.at(-1).LogFileName;
      assert.match(log, /^error\/postgresql\.log\.\d{4}(-\d\d){3}$/);
      assert.ok(logs.at(-1).Size > 0);
      assert.ok(Math.abs(logs.at(-1).LastWritten - Date.now()) < 10 * 60_000);
    });

    test('is shown by the aws CLI as text: its last lines, or all of it', async () => {
      const of = ['--db-instance-identifier', name, '--log-file-name', log];
      const last = await aws.text('download-db-log-file-portion', ...of);
      assert.match(last, /UTC:127\.\S+\(\d+\):postgres@\S+:\[\d+\]:ERROR: .*"logged twice"/);
      const wholes = await Promise.all(
        names.map((each) =>
          aws.text(
            ...['download-db-log-file-portion', '--db-instance-identifier', name],
            ...['--log-file-name', each, '--starting-token', '0'],
          ),
        ),
      );
      // A new hour has a new file, so that the start and the error may be in two.
      assert.match(wholes.join(''), /database system is ready to accept connections/);
      assert.match(wholes.at(-1) ?? '', /logged twice/);
      const { code, stderr } = await aws.fails(
        ...['download-db-log-file-portion', '--db-instance-identifier', name],
        ...['--log-file-name', 'error/postgresql.log.1999-01-01-00'],
      );
      assert.ok(code === 254 || code === 255, `exit code ${code}`);
      assert.match(stderr, /\(DBLogFileNotFoundFault\)/);
    });

    test('is read by the paginator of boto3 in blocks of lines, whole and in order', async () => {
      const request = { DBInstanceIdentifier: name, LogFileName: log };
      const whole = await boto3.call('download_db_log_file_portion', { ...request, Marker: '0' });
      const pages: { LogFileData: string }[] = await boto3.pages('download_db_log_file_portion', {
        ...request,
        PaginationConfig: { StartingToken: '0', PageSize: 2 },
      });
      assert.ok(pages.length > 1);
      for (const { LogFileData } of pages) assert.ok(LogFileData.split('\n').length <= 3);
      // The log may have gone on meanwhile.
      assert.ok(
        pages
          .map(({ LogFileData }) => LogFileData)
          .join('')
          .startsWith(whole.LogFileData),
      );
    });
  });
}
