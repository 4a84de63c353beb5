import { parseEngineVersions } from '../engine-versions.ts';
import { type Overcommit, parseOvercommit } from '../overcommit.ts';
import { ProviderError } from '../provider.ts';

/** An entry of `IAAS`: where a libvirt is, and how machines are made there. */
export interface LibvirtUri {
  /** The URI that libvirt is asked to open, e.g. `qemu:///system` or `test:///default`. */
  readonly open: string;
  readonly transport: UnixTransport | SshTransport;
  /**
   * The host's name for people, in `Machine.host` and in the inventory: `name=…`, else the host of the URI,
   * else localhost. Workers on several computers must use the same name.
   */
  readonly host: string;
  readonly options: LibvirtOptions;
}

export interface UnixTransport {
  readonly kind: 'unix';
  /** Path of the socket. Without a path the usual ones are tried. */
  readonly socket: string | undefined;
}

export interface SshTransport {
  readonly kind: 'ssh';
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly keyFile: string | undefined;
  readonly knownHosts: string | undefined;
}

/** The options after the `?` of the URI. */
export interface LibvirtOptions {
  /** `clone=linked` shares the origin's blocks and takes no time; `full` copies them and stands alone. */
  readonly clone: 'linked' | 'full';
  /** `identity=seed` is a NoCloud disk. `smbios` passes public parts only, and the guest makes its host key. */
  readonly identity: 'seed' | 'smbios';
  /** `engine_versions=15.14,16.10`: versions on the origin, in place of those in its metadata. */
  readonly engineVersions: readonly string[] | undefined;
  /** `filter=off` uses no network filters, e.g. where this libvirt has none. */
  readonly filter: 'on' | 'off';
  /** `overcommit=memory:1.5,disk:3`: how many times the host's memory and its pool may be promised. */
  readonly overcommit: Overcommit;
}

const form = /^libvirt(?:\+(?<driver>qemu|test)(?:\+(?<transport>unix|ssh))?:\/\/(?<rest>.*))?$/s;

/**
 * Reads `libvirt`, `libvirt+qemu:///system`,
 * `libvirt+qemu+ssh://user@host:port/system?keyfile=…&known_hosts=…` and `libvirt+test:///default`, with the
 * options of `LibvirtOptions`, `name=…` and `socket=…` after the `?`.
 *
 * @throws ProviderError `Configuration`
 */
export function parseLibvirtUri(iaas: string): LibvirtUri {
  const {
    driver = 'qemu',
    transport = 'unix',
    rest = '/system',
  } = form.exec(iaas)?.groups ?? invalidUri(iaas);
  const url = URL.canParse(`ssh://${rest}`) ? new URL(`ssh://${rest}`) : invalidUri(iaas);
  const query = createQuery(url.searchParams);
  const path = url.pathname || '/system';
  // The path becomes part of a command line on the host.
  if (!/^\/[\w.-]+$/.test(path)) invalidUri(iaas, `expected a path such as /system, not ${path}`);
  const uri: LibvirtUri = {
    open: `${driver}://${path}`,
    host: readName(query.take('name')) ?? (transport === 'ssh' ? url.hostname : 'localhost'),
    transport:
      transport === 'ssh'
        ? {
            kind: 'ssh',
            host: url.hostname || invalidUri(iaas, 'the ssh transport requires a host'),
            user: decodeURIComponent(url.username) || undefined,
            port: url.port === '' ? undefined : Number(url.port),
            keyFile: query.take('keyfile'),
            knownHosts: query.take('known_hosts'),
          }
        : { kind: 'unix', socket: query.take('socket') },
    options: {
      clone: query.choose('clone', ['linked', 'full']),
      identity: query.choose('identity', ['seed', 'smbios']),
      engineVersions: readVersions(query.take('engine_versions')),
      filter: query.choose('filter', ['on', 'off']),
      overcommit: parseOvercommit(query.take('overcommit')),
    },
  };
  if (transport === 'unix' && url.hostname !== '') {
    invalidUri(iaas, 'a host requires the ssh transport: libvirt+qemu+ssh://…');
  }
  if (url.password !== '') invalidUri(iaas, 'a password is not allowed: ssh uses the agent or keyfile=…');
  query.finish();
  return uri;
}

function readVersions(text: string | undefined): readonly string[] | undefined {
  const versions = parseEngineVersions(text);
  return versions.length > 0 ? versions : undefined;
}

function readName(name: string | undefined): string | undefined {
  // The name becomes part of the name of a task queue, and people type it.
  if (name === undefined || /^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/.test(name)) return name;
  throw new ProviderError('Configuration', `IAAS: name=${name}; expected letters, digits, dots and hyphens`);
}

function invalidUri(
  iaas: string,
  expected = 'expected libvirt, libvirt+qemu:///system or libvirt+qemu+ssh://user@host/system',
): never {
  // A password typed here by mistake is not shown.
  const shown = iaas.replace(/\/\/[^@/]*@/, '//…@');
  throw new ProviderError('Configuration', `IAAS ${shown}: ${expected}`);
}

function createQuery(params: URLSearchParams) {
  const take = (name: string): string | undefined => {
    const value = params.get(name) ?? undefined;
    params.delete(name);
    return value;
  };
  return {
    take,
    /** The first choice is the default. */
    choose<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
      const value = take(name) ?? choices[0];
      const choice = choices.find((one) => one === value);
      if (choice !== undefined) return choice;
      throw new ProviderError(
        'Configuration',
        `IAAS: ${name}=${value}; expected one of ${choices.join(', ')}`,
      );
    },
    finish(): void {
      const [unknown] = params.keys();
      if (unknown !== undefined) {
        throw new ProviderError('Configuration', `IAAS: option ${unknown} is unknown`);
      }
    },
  };
}
