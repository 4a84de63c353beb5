import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const files = resolve('appliance/roles/origin/files');

/** What systemd makes of the origin's units among others, which are given by what their [Unit] says. */
export async function loadUnits(others: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-units-'));
  const runs = (text: string) => text.replace(/^(Exec\w+)=.*$/gm, '$1=/bin/true');
  for (const name of (await readdir(files)).filter((file) => file.endsWith('.service'))) {
    await writeFile(join(directory, name), runs(await readFile(join(files, name), 'utf8')));
  }
  for (const [name, unit] of Object.entries(others)) {
    const service = name.endsWith('.service') ? '[Service]\nType=oneshot\nExecStart=/bin/true\n' : '';
    await writeFile(join(directory, name), `[Unit]\n${unit}\n${service}`);
  }

  /** What systemd says against starting all of these. */
  const verify = (units: readonly string[], in_ = directory) =>
    spawnSync('systemd-analyze', ['--man=no', 'verify', ...units], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', SYSTEMD_UNIT_PATH: `${in_}:/lib/systemd/system` },
    }).stderr;

  return {
    verify,
    /** Whether the order of these is given: then it is a cycle to ask for the other one. */
    isBefore: async (first: string, second: string): Promise<boolean> => {
      const asked = await mkdtemp(join(tmpdir(), 'cornac-units-'));
      await cp(directory, asked, { recursive: true });
      await mkdir(join(asked, `${first}.d`));
      await writeFile(join(asked, `${first}.d`, 'after.conf'), `[Unit]\nAfter=${second}\n`);
      const said = verify([first, second], asked);
      await rm(asked, { recursive: true });
      return /ordering cycle/.test(said);
    },
    remove: () => rm(directory, { recursive: true }),
  };
}
