import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import pg from 'pg';
import { explain } from '../../src/cli/explain.ts';
import { CliFailure } from '../../src/cli/failure.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ownTemporalTls } from '../../src/config/own-temporal.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import { Stopped } from '../../src/supervisor/stop-signal.ts';
import { runAll } from '../../src/system/run-all.ts';
import { findFreePort } from '../../src/up/ports.ts';
import { UpError } from '../../src/up/up-error.ts';
import { startTemporal } from '../support/temporal.ts';

/** The error of an attempt that must fail. */
async function failure(attempt: () => Promise<unknown>): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'it did not fail' });
}

function coded(message: string, code: string | number, name = 'Error') {
  return Object.assign(new Error(message), { code, name });
}

test('several failures are all explained, each with its lines', async () => {
  const error = await failure(() =>
    runAll([
      () => Promise.reject(coded('EROFS: read-only file system, unlink ready.json', 'EROFS')),
      async () => {},
      () =>
        runAll([
          () => Promise.reject(new UpError('the worker does not end', 'its log')),
          () => Promise.reject(new Error('machines are still running')),
        ]),
    ]),
  );
  assert.deepEqual(explain(error), {
    lines: [
      'EROFS: read-only file system, unlink ready.json',
      'the worker does not end',
      'its log',
      'machines are still running',
      'Run with --verbose for the stack trace.',
    ],
    exitCode: 1,
  });
  assert.equal(await failure(() => runAll([() => Promise.reject('alone')])), 'alone');
});

describe('real failures', () => {
  test('a client without Temporal', async () => {
    const port = await findFreePort('127.0.0.1');
    const error = await failure(() =>
      Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 300 }),
    );
    assert.deepEqual(explain(error).lines[0], 'Temporal does not answer.');
    assert.match(explain(error).lines[1] ?? '', /TEMPORAL_ADDRESS/);
  });

  test('a call without Temporal, with the address and its setting', async () => {
    const address = `127.0.0.1:${await findFreePort('127.0.0.1')}`;
    const { stateDir, temporal } = loadConfig({ cwd: '/', env: { CORNAC_STATE_DIR: '/nonexistent' } });
    const connection = Connection.lazy({ address });
    const error = await failure(() =>
      connection.withDeadline(Date.now() + 300, () => connection.workflowService.getSystemInfo({})),
    );
    await connection.close();
    const { lines } = explain(error, { stateDir, temporal: { ...temporal, address } });
    assert.equal(lines[0], `Temporal does not answer at ${address}, which TEMPORAL_ADDRESS names.`);
  });

  test('a client with the certificates of up at a Temporal without TLS', async () => {
    const stateDir = '/var/lib/cornac';
    const error = coded('14 UNAVAILABLE: No connection established', 14);
    const tls = ownTemporalTls(stateDir);
    const { temporal } = loadConfig({ cwd: '/', env: { CORNAC_STATE_DIR: '/nonexistent' } });
    const { lines } = explain(error, { stateDir, temporal: { ...temporal, tls } });
    assert.match(lines.at(-1) ?? '', /\/var\/lib\/cornac\. .* requires TEMPORAL_TLS=false/);
    for (const other of [true, false, { cert: '/c', key: '/k' }]) {
      assert.equal(explain(error, { stateDir, temporal: { ...temporal, tls: other } }).lines.length, 3);
    }
  });

  test('a worker without Temporal', async () => {
    const port = await findFreePort('127.0.0.1');
    const error = await failure(() => NativeConnection.connect({ address: `127.0.0.1:${port}` }));
    assert.deepEqual(explain(error).lines[0], 'Temporal does not answer.');
  });

  test('a worker with a missing namespace', async () => {
    const temporal = await startTemporal();
    const { client, nativeConnection: connection } = temporal;
    try {
      const options = {
        connection,
        namespace: 'nope',
        taskQueue: 'test',
        activities: { step: async () => {} },
      };
      const error = await failure(async () => (await Worker.create(options)).run());
      assert.match(explain(error).lines.join('\n'), /nope.*not found.*\n.*TEMPORAL_NAMESPACE/i);
      const asked = await failure(() => client.workflowService.describeNamespace({ namespace: 'nope' }));
      assert.match(explain(asked).lines.join('\n'), /nope.*not found.*\n.*TEMPORAL_NAMESPACE/i);
    } finally {
      await temporal.teardown();
    }
  });

  test('an inventory without a server', async () => {
    const port = await findFreePort('127.0.0.1');
    const error = await failure(() => new pg.Client({ host: '127.0.0.1', port, user: 'x' }).connect());
    assert.match(explain(error).lines.join(' '), /ECONNREFUSED.*cornac bootstrap/);
  });
});

describe('explanations', () => {
  const cases: readonly [string, unknown, RegExp, number][] = [
    ['settings', new ConfigError(['a', 'b']), /^a\nb$/, 2],
    ['what a command refuses', new CliFailure('no', 'do that'), /^no\ndo that$/, 1],
    ['what a command refuses without advice', new CliFailure('no', undefined, 2), /^no$/, 2],
    ['what up refuses', new UpError('no', 'do that'), /^no\ndo that$/, 1],
    ['a machine', new ProviderError('Configuration', 'no such user'), /^no such user\nIAAS/, 2],
    ['an option', new ProviderError('Configuration', 'LOCAL_USER: no such user'), /^LOCAL_USER: .*user$/, 2],
    ['a hypervisor that is down', new ProviderError('Unavailable', 'kvm1 is silent'), /^kvm1 is silent/, 1],
    ['a signal', new Stopped('SIGTERM'), /^stopped by SIGTERM$/, 143],
    ['a port', coded('listen EADDRINUSE', 'EADDRINUSE'), /in use by another program/, 1],
    ['a cause', new Error('outer', { cause: coded('x', 'EADDRINUSE') }), /in use by another program/, 1],
    [
      'one of several',
      new AggregateError([coded('connect ECONNREFUSED', 'ECONNREFUSED')]),
      /^Connection failed: /,
      1,
    ],
    ['a password', coded('password authentication failed', '28P01'), /refuses the role or its password/, 2],
    ['a database', coded('database "x" does not exist', '3D000'), /database does not exist/, 2],
    ['tables', coded('relation does not exist', '42P01'), /no tables yet\.\n.*migratedb/, 1],
    ['a start-up', coded('the database system is starting up', '57P03'), /does not answer/, 1],
    ['Prisma without a server', coded("can't reach", 'P1001'), /does not answer/, 1],
    ['rights', coded('EACCES: permission denied, mkdir /x', 'EACCES'), /mkdir \/x\nSet STATE_DIR/, 1],
    ['an API key', coded('16 UNAUTHENTICATED: no', 16), /Temporal denies access/, 1],
    ['anything else', new Error('strange'), /^strange\nRun with --verbose/, 1],
    ['what is no error', 'strange', /^strange\n/, 1],
  ];
  for (const [what, error, lines, exitCode] of cases) {
    test(`of ${what}`, () => {
      const explanation = explain(error);
      assert.match(explanation.lines.join('\n'), lines);
      assert.equal(explanation.exitCode, exitCode);
    });
  }
});
