import { chooseHost } from '../choose-host.ts';
import { requireOwner } from '../owner.ts';
import { refuseHost } from '../places.ts';
import {
  type Machine,
  type MachineLook,
  type MachineSpec,
  type Progress,
  type Provider,
  ProviderError,
  type Resized,
  type RunningMachine,
} from '../provider.ts';
import { type Address, findAddress, waitForAddress } from './address.ts';
import { checkHost } from './check.ts';
import { cloneMachine } from './clone.ts';
import { destroyOn } from './destroy.ts';
import { readMachineMetadata } from './domain-xml.ts';
import { createHost, type Host, type HostSettings, onHost } from './host.ts';
import { ensureHostKey, waitForSsh } from './host-key.ts';
import { keepRunning } from './keep-running.ts';
import { describeMachine, findDescribed, findOwnDomain, type OwnDomain } from './machine.ts';
import { originVersions } from './origin.ts';
import { roomOn } from './placement.ts';
import { ensurePlugged } from './plug.ts';
import { powerOff, powerOn } from './power.ts';
import { resizeDomain } from './resize.ts';
import * as procedures from './rpc/procedures.ts';
import { removeSeed } from './seed.ts';
import { type LibvirtUri, parseLibvirtUri } from './uri.ts';

export interface LibvirtSettings extends HostSettings {
  /** IAAS: one URI for each host, see `parseLibvirtUri`. */
  readonly iaas: readonly string[];
  /** MACHINE_PREFIX */
  readonly prefix: string;
  /** DNS_DOMAIN */
  readonly dnsDomain: string | undefined;
  /** Public SSH keys that new machines let in. */
  readonly publicKeys: readonly string[];
}

interface Found extends OwnDomain {
  readonly host: Host;
}

/**
 * Virtual machines on one or several libvirts, each with its own origin, which is cloned.
 * @throws ProviderError `Configuration` when two entries of IAAS have the same name
 */
export function createLibvirtProvider(settings: LibvirtSettings): Provider {
  return providerOf(
    libvirtUris(settings).map((uri) => createHost(uri, settings)),
    settings,
  );
}

/** The hosts that IAAS names. @throws ProviderError `Configuration` when two have the same name */
export function libvirtUris({ iaas }: Pick<LibvirtSettings, 'iaas'>): LibvirtUri[] {
  const uris = iaas.map(parseLibvirtUri);
  refuseSameNames(uris.map(({ host }) => host));
  return uris;
}

function refuseSameNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ProviderError(
    'Configuration',
    `IAAS has two hosts with the name ${twice}: give each its own name, for instance with ?name=kvm1`,
  );
}

function providerOf(hosts: readonly Host[], settings: LibvirtSettings): Provider {
  const names = hosts.map(({ name }) => name);
  const eachHost = <T>(work: (host: Host) => Promise<T>): Promise<T[]> =>
    Promise.all(hosts.map((host) => onHost(host, () => work(host))));

  /** Looks on all hosts. An unreachable host is an error only where no other host has the machine. */
  async function find(name: string): Promise<Found | undefined> {
    const results = await Promise.allSettled(
      hosts.map((host) =>
        onHost(host, async () => {
          const own = await findOwnDomain(host, name);
          return own && { host, ...own };
        }),
      ),
    );
    for (const look of results) if (look.status === 'fulfilled' && look.value) return look.value;
    for (const look of results) if (look.status === 'rejected') throw look.reason;
    return undefined;
  }

  async function get(name: string): Promise<Found> {
    const found = await find(name);
    if (found === undefined) throw new ProviderError('MachineNotFound', `machine ${name} does not exist`);
    return found;
  }

  const getHost = (name: string): Host => hosts.find((host) => host.name === name) ?? refuseHost(name, names);
  const lookForRoom = (name?: string) => Promise.all(hosts.map((host) => roomOn(host, name)));

  /** Chooses a host where the caller has not. Requires all hosts, because the machine may be begun on any. */
  async function choose(spec: MachineSpec): Promise<Host> {
    const rooms = await lookForRoom(spec.name);
    for (const room of rooms) if ('unreachable' in room) throw room.unreachable;
    return getHost(chooseHost(rooms, spec));
  }

  async function lookAtMachine(name: string): Promise<MachineLook | undefined> {
    const found = await find(name);
    if (found === undefined) return undefined;
    const { host, domain, definition } = found;
    return onHost(host, async () => {
      const machine = await findDescribed(host, found);
      const hostKey = readMachineMetadata(definition)?.hostKey;
      if (machine === undefined || machine.state === 'stopped' || machine.paused || hostKey === undefined) {
        return machine;
      }
      const address = await findAddress(host, domain, definition, settings.dnsDomain);
      return address === undefined ? machine : { ...machine, reach: running(machine, address, hostKey) };
    });
  }

  return {
    name: 'libvirt',
    hosts: names,
    lookForRoom,
    at: (name) => providerOf([getHost(name)], settings),

    async check() {
      await eachHost(checkHost);
    },

    async listEngineVersions() {
      const answers = await Promise.allSettled(hosts.map((host) => onHost(host, () => originVersions(host))));
      const lists = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
      for (const answer of answers) {
        if (answer.status === 'rejected' && (lists.length === 0 || !isUnreachable(answer.reason))) {
          throw answer.reason;
        }
      }
      const [first = [], ...others] = lists;
      return first.filter((version) => others.every((versions) => versions.includes(version)));
    },

    async ensureMachine(spec, progress): Promise<Machine> {
      progress.signal.throwIfAborted();
      const found = await find(spec.name);
      if (found) {
        requireOwner(found, spec);
        return onHost(found.host, () => describeMachine(found.host, found));
      }
      const host = await choose(spec);
      return onHost(host, async () =>
        describeMachine(host, await cloneMachine(host, spec, settings.publicKeys, progress)),
      );
    },

    async startMachine(name, progress): Promise<RunningMachine> {
      const found = await get(name);
      const { host, domain, definition } = found;
      return onHost(host, async () => {
        const reserved = await ensurePlugged(host, found);
        await powerOn(host, domain, progress);
        const keeper = keepRunning(host, domain, progress);
        const known = { dnsDomain: settings.dnsDomain, reserved };
        const address = await waitForAddress(host, domain, known, progress, keeper);
        const hostKey = await ensureHostKey(host, domain, definition, progress, keeper);
        await waitForSsh(host, domain, address.address, hostKey, progress, keeper);
        await removeSeed(host, domain, progress);
        return running(await describeMachine(host, found), address, hostKey);
      });
    },

    findRunning: async (name) => (await lookAtMachine(name))?.reach,

    async stopMachine(name, progress) {
      const { host, domain } = await get(name);
      await onHost(host, () => powerOff(host, domain, progress));
    },

    async resizeMachine(spec: MachineSpec, progress: Progress): Promise<Resized> {
      const { host, domain, definition } = await get(spec.name);
      return onHost(host, () => resizeDomain(host, { domain, definition }, spec, progress));
    },

    async destroyMachine(machine, progress) {
      await eachHost((host) => destroyOn(host, machine, progress));
    },

    async findMachine(name) {
      const found = await find(name);
      return found && onHost(found.host, () => findDescribed(found.host, found));
    },

    lookAtMachine,

    async listMachines() {
      const lists = await eachHost(async (host) => {
        const { items } = await host.call(procedures.connectListAllDomains, { need_results: 1, flags: 0 });
        const named = items.filter(
          ({ name }) => name.startsWith(settings.prefix) && name !== settings.origin,
        );
        const own = await Promise.all(
          named.map(({ name }) => findOwnDomain(host, name).catch(ignoreConflict)),
        );
        return Promise.all(own.map((one) => one && findDescribed(host, one)));
      });
      return lists.flat().filter((one) => one !== undefined);
    },

    async close() {
      for (const host of hosts) host.close();
    },
  };
}

function running(machine: Machine, at: Address, hostKey: string): RunningMachine {
  return {
    ...machine,
    ...at,
    state: 'running',
    ssh: { host: at.address, port: 22, user: 'root', hostKey },
    guestRoot: '',
  };
}

/** Whether a host is unreachable. A person must act where a host answers and has no usable origin. */
function isUnreachable(error: unknown): boolean {
  return error instanceof ProviderError && error.code !== 'OriginNotFound' && error.code !== 'Configuration';
}

/** Leaves out a domain with the machine prefix that Cornac did not make. */
function ignoreConflict(error: unknown): undefined {
  if (error instanceof ProviderError && error.code === 'Conflict') return undefined;
  throw error;
}
