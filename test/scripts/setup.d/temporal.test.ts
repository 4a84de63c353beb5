import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporalPrograms } from '../../../src/up/temporal-programs.ts';
import { directory, programs, run, tools } from './set-up.ts';

describe('Temporal', () => {
  /** A `curl` that returns this content for every address, and records the addresses. */
  const curl = (content: string) => `
    for last; do :; done
    echo "$last" >>"$HOME/asked"
    while [ "$1" != -o ]; do shift; done
    cp ${content} "$2"`;

  const archive = async (cache: string): Promise<string> => {
    const source = directory();
    writeFileSync(join(source, 'temporal-server'), '#!/bin/sh\necho temporal\n', { mode: 0o755 });
    const file = join(cache, 'archive.tar.gz');
    const child = spawn('tar', ['-czf', file, '-C', source, 'temporal-server']);
    await once(child, 'exit');
    return file;
  };

  const withTools = [...tools, 'sha256sum', 'cp', 'env', 'cat'];
  const server = `bin/${temporalPrograms.server}`;
  const ui = `bin/${temporalPrograms.ui}`;
  /** A Go whose builds contain the arguments of the build. */
  const go = `case $1 in
      env) echo go1.26.8 ;;
      install)
        for last; do :; done
        case $last in */tools/sql@*) name=sql ;; *) name=server ;; esac
        echo "$@" >"$GOBIN/$name" ;;
      -C) for last; do [ "$before" != -o ] || echo "$@" >"$last"; before=$last; done ;;
    esac`;

  const install = async (cache: string, scripts: Readonly<Record<string, string>>, sum = '') => {
    const path = programs(withTools, scripts);
    const known = sum && `temporal_sha256() { echo ${sum}; }; `;
    return run(`${known}ensure_temporal`, { path, cache });
  };
  const sumOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

  test('of another version on PATH or in the cache is not used', async () => {
    const cache = directory();
    mkdirSync(join(cache, 'bin'));
    for (const name of ['temporal', 'temporal-server', 'temporal-server-1.30.0']) {
      writeFileSync(join(cache, 'bin', name), '', { mode: 0o755 });
    }
    const { status, output } = await install(cache, { temporal: '', 'temporal-server': '', go });
    assert.equal(status, 0, output);
    assert.match(output, /install {2}Temporal 1\.29\.1: go install/);
    assert.ok(existsSync(join(cache, server)));
  });

  test('is downloaded where its checksum is known, and verified', async () => {
    const cache = directory();
    const file = await archive(cache);
    const { status, output } = await install(cache, { curl: curl(file), go }, sumOf(file));
    assert.equal(status, 0, output);
    assert.equal(readFileSync(join(cache, server), 'utf8'), '#!/bin/sh\necho temporal\n');
    const asked = readFileSync(join(cache, 'asked'), 'utf8').trim().split('\n');
    assert.equal(asked.length, 1);
    assert.match(
      asked[0] ?? '',
      /^https:\/\/github\.com\/temporalio\/temporal\/releases\/download\/v1\.29\.1\//,
    );
  });

  test('of the same version brings temporal-sql-tool, which is built where it is missing', async () => {
    const cache = directory();
    mkdirSync(join(cache, 'bin'));
    mkdirSync(join(cache, 'build'));
    const tool = server.replace('temporal-server', 'temporal-sql-tool');
    const path = programs(withTools, { go });
    const built = await run('ensure_temporal_sql', { path, cache });
    assert.equal(built.status, 0, built.output);
    assert.match(
      readFileSync(join(cache, tool), 'utf8'),
      / go\.temporal\.io\/server\/cmd\/tools\/sql@v1\.29\.1$/m,
    );
    chmodSync(join(cache, tool), 0o755);
    assert.match((await run('ensure_temporal_sql', { path, cache })).output, /found {4}temporal-sql-tool \(/);
  });

  test('that is installed is found', async () => {
    const cache = directory();
    mkdirSync(join(cache, 'bin'));
    for (const name of [server, ui]) writeFileSync(join(cache, name), '', { mode: 0o755 });
    const { status, output } = await install(cache, {});
    assert.equal(status, 0, output);
    assert.match(output, / {2}found {4}Temporal \(.*\)\n {2}found {4}Temporal's Web UI \(.*\)\n$/);
  });

  test('that differs from the published checksum is not used', async () => {
    const cache = directory();
    const file = await archive(cache);
    const { output } = await install(cache, { curl: curl(file), go }, '0'.repeat(64));
    assert.match(output, /is not what was published \(SHA-256\); not used/);
    assert.match(readFileSync(join(cache, server), 'utf8'), /^install /);
  });

  test('that cannot be downloaded is built, and so is its Web UI', async () => {
    const cache = directory();
    const { status, output } = await install(cache, { curl: 'exit 6', go }, '0'.repeat(64));
    assert.equal(status, 0, output);
    assert.match(
      readFileSync(join(cache, server), 'utf8'),
      / go\.temporal\.io\/server\/cmd\/server@v1\.29\.1$/m,
    );
    assert.match(readFileSync(join(cache, ui), 'utf8'), /^-C tools\/temporal-ui build /);
  });

  test('is not downloaded where its checksum is unknown', async () => {
    const cache = directory();
    const { status } = await install(cache, { curl: curl('/dev/null'), go });
    assert.equal(status, 0);
    assert.equal(existsSync(join(cache, 'asked')), false);
  });

  test('that can neither be downloaded nor built is reported with the remedy', async () => {
    const cache = directory();
    const { status, output } = await install(cache, { uname: 'echo riscv64' });
    assert.equal(status, 1);
    assert.match(output, /Temporal's server cannot be built \(no Go here\)\n +install Go: /);
  });
});
