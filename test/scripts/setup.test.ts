import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { temporalPrograms } from '../../src/up/temporal-programs.ts';

const project = join(import.meta.dirname, '../..');
const root = mkdtempSync(join(tmpdir(), 'cornac-setup-'));
chmodSync(root, 0o777);
after(() => rmSync(root, { recursive: true }));

let count = 0;
function directory(): string {
  const path = join(root, String(count++));
  mkdirSync(path, { mode: 0o777 });
  chmodSync(path, 0o777);
  return path;
}

/** A PATH with only these programs: programs of the system by name, others by their script. */
function programs(names: readonly string[], scripts: Readonly<Record<string, string>> = {}): string {
  const path = directory();
  // A script replaces a program. Written through a link, it would replace the program of the whole system.
  for (const name of names.filter((each) => !(each in scripts))) {
    const found = ['/usr/bin', '/bin', '/usr/sbin'].map((place) => join(place, name)).find(existsSync);
    if (found !== undefined) symlinkSync(found, join(path, name));
  }
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${body}\n`, { mode: 0o755, flag: 'wx' });
  }
  return path;
}

const tools = [
  'sh',
  'ls',
  'sort',
  'tail',
  'sed',
  'id',
  'basename',
  'uname',
  'mkdir',
  'rm',
  'mv',
  'tar',
  'gzip',
];

/** Runs functions of set-up, as a user other than root where asked. */
async function run(
  body: string,
  {
    path,
    cache = directory(),
    unprivileged = false,
  }: { path: string; cache?: string; unprivileged?: boolean },
) {
  const script = `set -eu; cache='${cache}'; log='${cache}/log'
    for part in report debian node temporal python; do . ./scripts/setup.d/$part.sh; done
    policy_rc_d="$cache/policy-rc.d.of-debian" systemd_units="$cache/units" go_system=/none
    ${body}`;
  const nobody = unprivileged && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  // The project may be in a directory that only its owner can enter.
  const child = spawn('/bin/sh', ['-c', script], {
    cwd: unprivileged ? copyOfScripts() : project,
    env: { PATH: path, HOME: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...nobody,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      output += part;
    });
  }
  const [status] = await once(child, 'close');
  return { status, output };
}

function copyOfScripts(): string {
  const copy = directory();
  mkdirSync(join(copy, 'scripts/setup.d'), { recursive: true });
  for (const part of ['report', 'services', 'debian', 'node', 'go', 'temporal', 'python']) {
    const name = `scripts/setup.d/${part}.sh`;
    writeFileSync(join(copy, name), readFileSync(join(project, name)));
  }
  return copy;
}

describe('Debian packages', () => {
  const rest = { psql: '', 'ssh-keygen': '', sshd: '' };
  const withServices = [...tools, 'env', 'ln', 'cat', 'cut', 'tr', 'grep', 'install'];

  test('that are installed are reported', async () => {
    const path = programs(tools, { ...rest, aws: '' });
    const { status, output } = await run('ensure_debian_packages', { path });
    assert.equal(status, 0, output);
    assert.match(output, /found {4}PostgreSQL \d+, sshd, ssh-keygen, psql, aws \(/);
  });

  test('are installed by root without a question, and checked again', async () => {
    const path = programs(withServices, { ...rest, id: 'echo 0' });
    writeFileSync(
      join(path, 'apt-get'),
      `#!/bin/sh\necho "$@" >>'${path}/asked'\ncase "$*" in *install*) ln -s /bin/true '${path}/aws' ;; esac\n`,
      { mode: 0o755, flag: 'wx' },
    );
    const { status, output } = await run('ensure_debian_packages', { path });
    assert.equal(status, 0, output);
    assert.match(output, /install {2}Debian packages: awscli\n/);
    const asked = readFileSync(join(path, 'asked'), 'utf8');
    assert.match(asked, /^-o DPkg::Lock::Timeout=300 update\n.*install -y --no-install-recommends awscli\n$/);
  });

  describe('that bring services', () => {
    /** Installs awscli with this apt-get, beside a service `old` that is enabled and runs. */
    const install = async (apt: string, path: string, cache = directory()) => {
      mkdirSync(join(cache, 'units/multi-user.target.wants'), { recursive: true });
      symlinkSync('/lib/old.service', join(cache, 'units/multi-user.target.wants/old.service'));
      const body = `case "$*" in *install*) ln -s /bin/true '${path}/aws'; cd '${cache}'; ${apt} ;; esac`;
      writeFileSync(join(path, 'apt-get'), `#!/bin/sh\n${body}\n`, { mode: 0o755, flag: 'wx' });
      const result = await run('ensure_debian_packages', { path, cache });
      const said = join(cache, 'said');
      return { ...result, cache, said: existsSync(said) ? readFileSync(said, 'utf8').trim() : '' };
    };
    const systemd = {
      ...rest,
      id: 'echo 0',
      systemctl: `case "$1" in
        list-units) echo 'old.service loaded active running' ;;
        disable) shift; cd "$HOME/units/multi-user.target.wants" && rm "$@" ;;
      esac`,
    };

    test('start no service that did not run before, and leave running services alone', async () => {
      const ask =
        'for each in new new.service old old.service; do ./policy-rc.d.of-debian $each start; echo $each $?; done';
      const { status, output, cache, said } = await install(
        `(${ask}) >said`,
        programs(withServices, systemd),
      );
      assert.equal(status, 0, output);
      assert.equal(said, 'new 101\nnew.service 101\nold 0\nold.service 0');
      assert.equal(existsSync(join(cache, 'policy-rc.d.of-debian')), false);
    });

    test('enable no service for the next boot', async () => {
      const enable = 'ln -s /lib/new.service /lib/new.socket units/multi-user.target.wants';
      const { status, output, cache } = await install(enable, programs(withServices, systemd));
      assert.equal(status, 0, output);
      assert.deepEqual(readdirSync(join(cache, 'units/multi-user.target.wants')), ['old.service']);
    });

    test('enable no service where systemd is not running', async () => {
      const enable = 'ln -s /lib/new.service units/multi-user.target.wants';
      const path = programs(withServices, {
        ...systemd,
        systemctl: 'exit 1',
        'update-rc.d': 'echo "$*" >"$HOME/rc"',
      });
      const { status, output, cache } = await install(enable, path);
      assert.equal(status, 0, output);
      assert.equal(readFileSync(join(cache, 'rc'), 'utf8'), 'new disable\n');
    });

    test("keep the owner's policy against starting services", async () => {
      const cache = directory();
      writeFileSync(join(cache, 'policy-rc.d.of-debian'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
      const { output } = await install(
        'cp policy-rc.d.of-debian said',
        programs([...withServices, 'cp'], systemd),
        cache,
      );
      assert.equal(readFileSync(join(cache, 'said'), 'utf8'), '#!/bin/sh\nexit 101\n', output);
      assert.equal(readFileSync(join(cache, 'policy-rc.d.of-debian'), 'utf8'), '#!/bin/sh\nexit 101\n');
    });

    test('start as before when set-up was killed, and the next set-up removes the left policy', async () => {
      const cache = directory();
      const path = programs(withServices, systemd);
      const killed = await install(
        `rm '${path}/aws'; kill -9 "$(cut -d ' ' -f 4 /proc/$$/stat)"`,
        path,
        cache,
      );
      assert.equal(killed.status, null, killed.output);
      const policy = join(cache, 'policy-rc.d.of-debian');
      assert.equal(spawnSync(policy, ['new', 'start']).status, 0);
      const again = programs(withServices, systemd);
      writeFileSync(join(again, 'apt-get'), `#!/bin/sh\nln -sf /bin/true '${again}/aws'\n`, {
        mode: 0o755,
        flag: 'wx',
      });
      const { status, output } = await run('ensure_debian_packages', { path: again, cache });
      assert.equal(status, 0, output);
      assert.equal(existsSync(policy), false);
    });
  });

  test('that cannot be installed end set-up with the command for the user', async () => {
    const path = programs(tools, { ...rest, 'apt-get': 'exit 1', sudo: 'exit 1' });
    const { status, output } = await run('ensure_debian_packages', { path, unprivileged: true });
    assert.equal(status, 1);
    assert.match(
      output,
      /FAILED {3}missing: awscli, and neither root nor a sudo that asks no password is here\n/,
    );
    assert.match(
      output,
      /run: sudo apt-get update && sudo apt-get install -y --no-install-recommends awscli\n$/,
    );
  });

  test('that cannot be installed are reported with another command where sudo is missing', async () => {
    const path = programs(tools, { ...rest, 'apt-get': 'exit 1' });
    const { status, output } = await run('ensure_debian_packages', { path, unprivileged: true });
    assert.equal(status, 1);
    assert.match(output, /run: su - -c 'apt-get update && apt-get install -y .* awscli'\n$/);
  });

  test('that only the tests need are requested together with the others', async () => {
    const path = programs(tools, { ...rest, 'apt-get': 'exit 1', sudo: 'exit 1' });
    const body = 'want_test=yes; ensure_debian_packages';
    const { status, output } = await run(body, { path, unprivileged: true });
    assert.equal(status, 1);
    assert.match(output, / awscli python3 python3-venv genisoimage( pgbouncer)? systemd\n$/);
  });

  test('that only the tests need are not requested where Python has the modules', async () => {
    const present = { aws: '', python3: 'exit 0', isoinfo: '', pgbouncer: '', 'systemd-analyze': '' };
    const path = programs(tools, { ...rest, ...present });
    const { status, output } = await run('want_test=yes; ensure_debian_packages', { path });
    assert.equal(status, 0, output);
  });

  test('an aws without AWS_ENDPOINT_URL is not enough for the tests', async () => {
    const known: Record<string, boolean> = {
      '1.28.9': false,
      '1.29.0': true,
      '1.145.11': true,
      '2.9.19': false,
      '2.12.1': false,
      '2.13.0': true,
      '2.27.4': true,
      '3.0.1': true,
    };
    for (const [version, does] of Object.entries(known)) {
      const aws = `echo aws-cli/${version} Python/3.11.2 Linux/6.1`;
      const path = programs(tools, { ...rest, aws, python3: 'exit 0' });
      const { status, output } = await run('have_aws_clients', { path });
      assert.equal(status === 0, does, `${version}: ${output}`);
    }
  });

  test("that apt fails to install are reported with apt's last lines", async () => {
    const path = programs([...tools, 'env'], {
      ...rest,
      id: 'echo 0',
      'apt-get': 'echo no such archive; exit 100',
    });
    const { status, output } = await run('ensure_debian_packages', { path });
    assert.equal(status, 1);
    assert.match(output, /\| no such archive\n {2}FAILED {3}the index of Debian packages: /);
  });

  test('on another system are reported by name', async () => {
    const { status, output } = await run('ensure_debian_packages', { path: programs(tools, rest) });
    assert.equal(status, 1);
    assert.match(output, /missing: awscli\n.*there is no apt-get here/);
  });
});

describe('Node.js', () => {
  const cases: readonly [string, number][] = [
    ['v18.20.0', 1],
    ['v20.9.0', 1],
    ['v20.18.3', 1],
    ['v20.19.0', 0],
    ['v20.20.2', 0],
    ['v21.7.0', 1],
    ['v22.0.0', 0],
    ['v24.1.0', 0],
  ];
  for (const [version, expected] of cases) {
    test(`${version} is ${expected === 0 ? 'accepted' : 'refused'}`, async () => {
      const { status, output } = await run('ensure_node', {
        path: programs(tools, { node: `echo ${version}`, npm: '' }),
      });
      assert.equal(status, expected);
      assert.match(output, expected === 0 ? /found {4}Node\.js/ : /is too old\n.*20\.19/);
    });
  }

  test('that is missing is reported', async () => {
    const { status, output } = await run('ensure_node', { path: programs(tools) });
    assert.equal(status, 1);
    assert.match(output, /Node\.js and npm are not on PATH/);
  });
});

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

describe('Go', () => {
  const withTools = [...tools, 'sha256sum', 'cp', 'env', 'chmod', 'python3'];
  const archive = `python3 -c '
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as file:
    for name in ("bin/go", "pkg/tool/linux/compile"):
        file.writestr(sys.argv[2] + name, "#!/bin/sh\\necho go1.26.8\\n")
' "$2" "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/"`;
  const curl = `for last; do :; done; echo "$last" >>"$HOME/asked"
    while [ "$1" != -o ]; do shift; done
    ${archive}`;
  const fakes = { curl, uname: 'echo x86_64', go: 'echo go1.19.8' };

  const isEnough = async (version: string): Promise<boolean> =>
    (await run('go_program', { path: programs(tools, { go: `echo ${version}` }) })).status === 0;

  test('that is new enough is used', async () => {
    const path = programs(tools, { go: 'echo go1.26.5' });
    const { status, output } = await run('ensure_go', { path });
    assert.equal(status, 0);
    assert.match(output, /found {4}Go \(.*\/go\)/);
  });

  test('that is new enough builds every module of tools/', async () => {
    const modules = readdirSync(join(project, 'tools'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('go.mod'))
      .map((file) => readFileSync(join(project, 'tools', file), 'utf8'));
    assert.ok(modules.length > 1);
    for (const wanted of modules.map((text) => /^go (\d+)\.(\d+)\.(\d+)$/m.exec(text))) {
      const [, major, minor = 0, patch = 0] = (wanted ?? []).map(Number);
      assert.equal(await isEnough(`go${major}.${minor - 1}.99`), false);
      if (patch > 0) assert.equal(await isEnough(`go${major}.${minor}.${patch - 1}`), false);
    }
  });

  for (const version of ['go1.26.5', 'go1.26.8', 'go1.26.10', 'go1.27rc1', 'go1.27.0', 'go1.30.1']) {
    test(`of ${version} is new enough`, async () => assert.ok(await isEnough(version)));
  }

  for (const version of ['go1.19.8', 'go1.25.9', 'go1.26rc1', 'go1.26.0', 'go1.26.4', 'go1.3', 'devel']) {
    test(`of ${version} is too old`, async () => assert.equal(await isEnough(version), false));
  }

  test('that is too old gets a newer one beside it, downloaded once and verified', async () => {
    const cache = directory();
    const known = `go_sha256() { sha256sum "$cache/go.draft/go.zip" | sed 's/ .*//'; }`;
    const path = programs(withTools, fakes);
    const { status, output } = await run(`${known}; ensure_go; ensure_go`, { path, cache });
    assert.equal(status, 0, output);
    assert.match(output, /install {2}Go 1\.26\.8 .*\n {2}found {4}Go \(.*\/go\/bin\/go\)\n$/);
    assert.equal(
      readFileSync(join(cache, 'asked'), 'utf8'),
      'https://proxy.golang.org/golang.org/toolchain/@v/v0.0.1-go1.26.8.linux-amd64.zip\n',
    );
  });

  test('that differs from the published checksum is not used', async () => {
    const cache = directory();
    const { status } = await run('ensure_go', { path: programs(withTools, fakes), cache });
    assert.equal(status, 1);
    assert.equal(existsSync(join(cache, 'go')), false);
  });
});

describe('npm packages', () => {
  const isCurrent = async (wanted: unknown, installed: unknown): Promise<boolean> => {
    const cwd = directory();
    mkdirSync(join(cwd, 'node_modules'));
    writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    if (installed !== undefined) {
      writeFileSync(join(cwd, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    }
    const child = spawn(process.execPath, [join(project, 'scripts/setup.d/npm-is-current.mjs')], { cwd });
    const [status] = await once(child, 'exit');
    return status === 0;
  };
  const a = { 'node_modules/a': { version: '1.0.0', integrity: 'x' } };

  test('are current when every package is installed', async () =>
    assert.ok(await isCurrent({ '': {}, ...a }, a)));
  test('may miss packages for other platforms', async () =>
    assert.ok(await isCurrent({ ...a, 'node_modules/b': { version: '1.0.0', optional: true } }, a)));
  test('are not current with another version', async () =>
    assert.equal(await isCurrent({ 'node_modules/a': { version: '1.0.1', integrity: 'y' } }, a), false));
  test('are not current when one is missing', async () =>
    assert.equal(await isCurrent({ ...a, 'node_modules/b': { version: '1.0.0' } }, a), false));
  test('are not current after an interrupted installation', async () =>
    assert.equal(await isCurrent(a, undefined), false));
});
