import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

const parts = ['upper', 'work', 'root'] as const;
function mount(directory: string) {
  return `cd ${directory} && mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root`;
}

function lack() {
  if (process.getuid?.() !== 0) return 'overlays need root';
  const directory = mkdtempSync(join(tmpdir(), 'cornac-overlay-'));
  for (const part of parts) mkdirSync(join(directory, part));
  const { status } = spawnSync('unshare', ['--mount', 'sh', '-c', mount(directory)]);
  rmSync(directory, { recursive: true });
  return status !== 0 && 'no overlay can be mounted here';
}

/** For `suite`: where no overlay can be mounted the tests are skipped. */
export const needsOverlay = { skip: lack() };

/**
 * This computer with other files, which the origin's scripts can change as they like: nothing of it is kept. Files in
 * `/usr/local` are programs; those that the scripts would wait for do nothing.
 */
export async function makeMachine(t: TestContext, files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-machine-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const part of parts) await mkdir(join(directory, part));
  await chmod(join(directory, 'upper'), 0o755);
  const nothing = { '/usr/local/bin/sync': '', '/usr/local/bin/sleep': '' };

  const run = async (command: string, input = '') => {
    const setUp = `${mount(directory)} && mount --rbind /dev root/dev && exec chroot root sh -c "$1"`;
    const child = spawn('unshare', ['--mount', 'sh', '-c', setUp, 'sh', command], {
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      stdio: 'pipe',
    });
    child.stdin.on('error', () => {}); // not all read it
    child.stdin.end(input);
    const status = new Promise<number | null>((done) => child.once('exit', done));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: await status, stdout, stderr };
  };
  const write = async (path: string, content: string) => {
    const mode = path.startsWith('/usr/local/') ? '755' : '644';
    const script = `mkdir -p ${dirname(path)} && cat >${path} && chmod ${mode} ${path}`;
    const { status, stderr } = await run(script, mode === '755' ? `#!/bin/sh\n${content}\n` : content);
    if (status !== 0) throw new Error(`${path}: ${stderr}`);
  };
  await run('rm -rf /etc/ssh/ssh_host_* /root/.ssh /var/lib/cornac /etc/lvm/devices /var/lib/cloud');
  for (const [path, content] of Object.entries({ ...nothing, ...files })) await write(path, content);
  return {
    run,
    write,
    /** Runs a program of the origin, a file below `appliance/`. */
    boot: async (program: string) => {
      const script = 'cat >/usr/local/sbin/program && chmod +x /usr/local/sbin/program && exec program';
      return run(script, await readFile(resolve('appliance', program), 'utf8'));
    },
  };
}
