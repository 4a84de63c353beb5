import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directory, programs, rest, run, tools, withServices } from './set-up.ts';

describe('Debian packages', () => {
  test('that are installed are reported', async () => {
    const path = programs(tools, { ...rest, aws: '' });
    const { status, output } = await run('ensure_debian_packages', { path });
    assert.equal(status, 0, output);
    assert.match(output, /found {4}PostgreSQL \d+, sshd, ssh-keygen, psql, pgbackrest, aws \(/);
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
