import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type RDSClient, RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import { familyOf, listProcesses } from '../acceptance/processes.ts';
import { create, createRds, remove, waitFor } from '../acceptance/rds.ts';
import { makeStateDir, removeState, type Stack, startStack } from '../acceptance/stack.ts';
import {
  asUser,
  createPlayers,
  findMachine,
  lines,
  type Player,
  STRANGER,
} from '../support/attack/players.ts';
import { count } from '../support/counts.ts';
import { haveOwnUsers } from '../support/local/world.ts';

const PASSWORD = 'C0nfidentiel-canary';

const isolated = await haveOwnUsers();

suite('another user of this computer', {
  skip:
    !isolated &&
    'only root can be other users, and machines share one where it may not make mount namespaces',
}, () => {
  let stateDir: string;
  let stack: Stack;
  let rds: RDSClient;
  let inventory: { root: string; address: string };
  let players: ReadonlyMap<string, Player>;

  before(async () => {
    stateDir = await makeStateDir();
    stack = await startStack(stateDir);
    // The output of `cornac up` goes to a file of the test.
    chmodSync(join(stateDir, 'up.log'), 0o600);
    rds = createRds(stack);
    for (const name of ['victim', 'intruder']) await create(rds, name, PASSWORD);
    for (const name of ['victim', 'intruder']) await waitFor(rds, name, 'available');

    inventory = findMachine(stateDir, 'cornac');
    players = createPlayers(stateDir);
  });
  after(async () => {
    if (!stack) return;
    for (const name of ['victim', 'intruder']) await remove(rds, name);
    assert.equal(await stack.stop(), 0);
    const left = listProcesses().filter(({ command }) => command.includes(stateDir));
    count('left over', left.length);
    assert.deepEqual(left, []);
    await removeState(stateDir);
  });

  /** Each item of `tried` is an attempt. An item that the script prints is an attempt that succeeded. */
  const attempt = (
    what: string,
    tried: readonly string[],
    succeeds: (player: Player) => readonly string[],
  ) => {
    for (const [name, player] of players) {
      const accepted = succeeds(player);
      count('tried', tried.length);
      count('accepted', accepted.length);
      assert.ok(tried.length > 0, what);
      assert.deepEqual(accepted, [], `${name}: ${what}`);
    }
  };
  const isOwn = ({ own }: Player, path: string) =>
    own.some((each) => path === each || path.startsWith(`${each}/`));
  const files = () =>
    lines(execFileSync('find', [stateDir, '-type', 'f'], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
  /**
   * The authority's certificate, which is public, and the files that a machine's user must read. The latter
   * hold no secret, and other users cannot reach them.
   */
  const isOffered = (player: Player, path: string) =>
    path === `${stateDir}/authority.crt` ||
    (player.own.length > 0 &&
      (/\/machines\/cornac-intruder\/(etc|opt)\//.test(path) || /\/origins\/clusters\//.test(path)));

  const inPieces = (player: Player, script: string, paths: readonly string[]) =>
    Array.from({ length: Math.ceil(paths.length / 500) }, (_, i) =>
      player.run(script, ...paths.slice(i * 500, (i + 1) * 500)),
    ).flat();

  test('has the tools that the attempts need', () => {
    for (const [name, { run, own }] of players) {
      assert.deepEqual(
        run('for f; do (: <"$f") 2>/dev/null && echo "$f"; done', '/etc/hostname'),
        ['/etc/hostname'],
        name,
      );
      assert.deepEqual(
        run('command -v psql ssh flock mkdir'),
        lines(execFileSync('/bin/sh', ['-c', 'command -v psql ssh flock mkdir'], { encoding: 'utf8' })),
        name,
      );
      const [data, , socketDir] = own;
      if (data === undefined) continue;
      assert.deepEqual(run('(: <"$1/pgdata/PG_VERSION") && echo in', data), ['in'], name);
      // Decision 0003: the operating system's user is rdsadmin in its own PostgreSQL.
      const psql = `psql -w -XAt -h "$1" -U rdsadmin -d postgres -c "SELECT 'in'"`;
      if (name.endsWith('inside')) assert.deepEqual(run(psql, `${socketDir}`), ['in'], name);
    }
  });

  test('reads nothing below the state directory', () => {
    const all = files();
    assert.ok(all.includes(stack.config));
    attempt('read', all, (player) =>
      inPieces(
        player,
        'for f; do (: <"$f") 2>/dev/null && echo "$f"; done',
        all.filter((path) => !isOwn(player, path) && !isOffered(player, path)),
      ),
    );
  });

  test('writes, creates and removes no file', () => {
    const all = files();
    attempt('write', all, (player) =>
      inPieces(
        player,
        'for f; do (: >>"$f") 2>/dev/null && echo "$f"; done',
        all.filter((path) => !isOwn(player, path)),
      ),
    );
    const dirs = lines(
      execFileSync('find', [stateDir, '-type', 'd', '-not', '-path', '*/pgdata/*'], { encoding: 'utf8' }),
    );
    attempt('make', dirs, (player) =>
      inPieces(
        player,
        'for d; do { mkdir "$d/x" || ln -s / "$d/y" || mv "$d" "$d.z"; } 2>/dev/null && echo "$d"; done',
        dirs.filter((path) => !isOwn(player, path)),
      ),
    );
  });

  test('signals, traces and inspects no process', async () => {
    const family = familyOf(stack.pid);
    const all = listProcesses().filter(({ command }) => command.includes(stateDir));
    const pids = [...new Set([...family, ...all].map(({ pid }) => String(pid)))];
    assert.ok(pids.length > 10);
    const script = `for pid; do
      for each in environ mem maps cwd fd root; do
        if [ -d /proc/$pid/$each ]; then ls /proc/$pid/$each/ >/dev/null 2>&1; else (head -c1 </proc/$pid/$each) >/dev/null 2>&1; fi &&
          echo "$pid $each"
      done
      kill -0 $pid 2>/dev/null && echo "$pid signal"
    done`;
    const uidOf = (pid: string) => {
      try {
        return /^Uid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      } catch {
        return undefined; // the process has ended
      }
    };
    attempt('process', pids, (player) =>
      player.run(
        script,
        ...pids.filter((pid) => uidOf(pid) !== undefined && uidOf(pid) !== String(player.uid)),
      ),
    );
  });

  test("gets into no PostgreSQL and no sshd, above all not into the inventory's", () => {
    const socketDirs = readdirSync(join(stateDir, 'run')).map((name) => join(stateDir, 'run', name));
    const tcp = socketDirs.map((dir) => dir.slice(dir.lastIndexOf('/') + 1));
    assert.ok(tcp.includes(inventory.address));
    const users = ['rdsadmin', 'postgres', 'cornac', 'rds_superuser'];
    const tries = [...socketDirs, ...tcp].flatMap((host) => users.map((user) => `${host} ${user}`));
    const script = `for each; do
      psql -w -XAt -h "\${each% *}" -U "\${each#* }" -d postgres -c 'SELECT 1' </dev/null >/dev/null 2>&1 && echo "$each"
    done`;
    attempt('psql', tries, (player) =>
      // Decision 0003: a machine's own PostgreSQL lets the machine's user in.
      player.run(script, ...tries.filter((each) => !isOwn(player, each.replace(/ .*/, '')))),
    );
    const ssh = `for each; do
      ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p 1122 "postgres@$each" true \\
        </dev/null >/dev/null 2>&1 && echo "$each"
    done`;
    attempt('ssh', tcp, (player) => player.run(ssh, ...tcp));
  });

  test('blocks no operation with a lock', async (t) => {
    const locks = readdirSync(join(stateDir, 'lock')).map((name) => join(stateDir, 'lock', name));
    attempt('lock', [...locks, join(stateDir, 'lock')], (player) =>
      player.run(
        'for f; do flock -n "$f" true 2>/dev/null && echo "$f"; done',
        ...locks,
        join(stateDir, 'lock'),
      ),
    );
    // The names that these locks once had, in a namespace that is open to every user.
    const hash = (name: string, length: number) =>
      createHash('sha256').update(name).digest('hex').slice(0, length);
    const names = [hash(`up ${stateDir}`, 32), hash(`${stateDir}/machines/cornac-victim`, 40)];
    const squat = `for (const name of process.argv.slice(1))
      require('net').createServer().listen('\\0cornac-' + name, () => console.log(name)); setInterval(() => {}, 1e6);`;
    const squatter = spawn(process.execPath, ['-e', squat, ...names], {
      ...asUser(STRANGER),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    t.after(() => squatter.kill('SIGKILL'));
    await once(squatter.stdout, 'data');
    count('tried', names.length);
    await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'victim' }));
    await waitFor(rds, 'victim', 'available');
  });

  test('gets nothing about instances, keys and hosts from the ops port', async () => {
    const secrets = [
      PASSWORD,
      stack.secretAccessKey,
      stack.accessKeyId,
      stateDir,
      inventory.address,
      'victim',
      'postgresql://',
    ];
    for (const path of ['healthz', 'readyz', 'metrics', '', '..%2f..%2fetc/passwd', 'debug', 'heapdump']) {
      const answer = await fetch(`${stack.ops}/${path}`);
      const text = `${await answer.text()} ${JSON.stringify([...answer.headers])}`;
      const told = secrets.filter((secret) => text.includes(secret));
      count('tried');
      count('canaries', told.length);
      assert.deepEqual(told, [], path);
      assert.ok(answer.status < 500 || path === 'readyz', path);
    }
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status } = await fetch(`${stack.ops}/metrics`, { method });
      count('tried');
      assert.ok(status >= 400 && status < 500, method);
    }
  });
});
