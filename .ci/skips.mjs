import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const isRoot = process.getuid() === 0;
function newestPostgres() {
  return Math.max(0, ...readdirSync('/usr/lib/postgresql').map(Number));
}
function isShallow() {
  return String(spawnSync('git', ['rev-parse', '--is-shallow-repository']).stdout).trim() === 'true';
}
function fails(program, ...args) {
  return spawnSync(program, args).status !== 0;
}

const overlay =
  'mount -t tmpfs cornac /mnt && cd /mnt && mkdir u w r && mount -t overlay overlay -o lowerdir=/,upperdir=u,workdir=w r';

/**
 * The allowed skips in CI, and the reason why each is no gap: either the machine cannot run the test (then
 * `holds` is true here), or another command runs it (`runBy`, where that command is a part of CI). A skip for
 * any other reason, or in another part, is a failure.
 */
export const allowedSkips = [
  {
    part: 'npm run test:libvirt',
    reason: /^namespaces need root/,
    holds: () => !isRoot,
  },
  {
    part: 'npm run test:libvirt',
    reason: /^virtual machines need \/dev\/net\/tun$/,
    holds: () => !existsSync('/dev/net/tun'),
  },
  {
    part: 'npm run test:libvirt',
    reason: /^this machine lets root make no namespaces$/,
    holds: () => fails('unshare', '--mount', '--net', '--pid', '--fork', 'true'),
  },
  {
    part: 'npm run test:libvirt',
    reason: /^there is no apt-get here; missing: /,
    holds: () => !['/usr/bin/apt-get', '/bin/apt-get'].some(existsSync),
  },
  {
    part: 'npm run test:chaos',
    reason: /^no namespaces here/,
    holds: () =>
      !isRoot || fails('unshare', '--mount', '--pid', '--net', '--ipc', '--fork', '--mount-proc', 'true'),
  },
  {
    part: 'npm run test:chaos',
    reason: /^no file system can be made in a file here/,
    holds: () => fails('losetup', '--find'),
  },
  {
    part: 'npm run test:vsphere',
    reason: /^no Go to download for /,
    holds: () => !['x64', 'arm64'].includes(process.arch),
  },
  {
    part: 'npm run test:vsphere',
    reason: /^real guests need root$/,
    holds: () => !isRoot,
  },
  {
    part: 'npm test',
    reason: /^needs (a private libvirt|the origin image): npm run test:libvirt$/,
    runBy: 'npm run test:libvirt',
    holds: () => true,
  },
  {
    part: 'npm test',
    // transaction_timeout, which PostgreSQL has from 17 on. The tests use the newest installed version.
    reason: /^this version has no such setting$/,
    holds: () => newestPostgres() < 17,
  },
  {
    part: 'npm test',
    reason: /^no small file system can be mounted here$/,
    holds: () => !isRoot || fails('unshare', '--mount', 'mount', '-t', 'tmpfs', 'cornac', '/mnt'),
  },
  {
    part: 'npm test',
    reason: /^PgBouncer is not installed$/,
    holds: () => fails('sh', '-c', 'PATH=$PATH:/usr/sbin:/usr/local/sbin command -v pgbouncer'),
  },
  {
    part: 'npm test',
    reason: /^no overlay can be mounted here$/,
    holds: () => !isRoot || fails('unshare', '--mount', 'sh', '-c', overlay),
  },
  {
    part: 'npm test',
    reason: /^the version before this one is not in this clone$/,
    holds: () => fails('git', 'rev-parse', '--verify', 'HEAD') || isShallow(),
  },
  {
    part: 'npm test',
    reason: /^it waits for minutes: npm run test:terraform$/,
    holds: () => true,
  },
  ...['npm test', 'npm run test:attack', 'unit tests on Node.js 24'].map((part) => ({
    part,
    // A test that needs root gives a reason with this word, or none.
    reason: /^$|\broot\b/,
    holds: () => !isRoot,
  })),
];

/**
 * Whether this machine may skip a test of this part for this reason: the text after `SKIP`, '' where it is
 * missing.
 */
export function isAllowed(part, reason) {
  return allowedSkips.some((each) => each.part === part && each.reason.test(reason) && each.holds());
}
