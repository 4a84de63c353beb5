import { ProviderError } from '../provider.ts';
import { providerError } from './failure.ts';
import { connectLibvirt } from './rpc/connect.ts';
import type { CallOptions, Connection } from './rpc/connection.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain, Network, Pool, Volume } from './rpc/structures.ts';
import type { LibvirtOptions, LibvirtUri } from './uri.ts';

/** The settings that name objects on a host. */
export interface HostSettings {
  readonly origin: string;
  readonly pool: string;
  readonly network: string;
  /** INVENTORY_NETWORK, where the inventory's machine has a network of its own. */
  readonly inventoryNetwork?: string | undefined;
  /** ISOLATE_MACHINES: whether machines on one bridge are isolated from each other. Default true. */
  readonly isolate?: boolean | undefined;
  readonly times?: Partial<WaitTimes>;
}

/** How long waits for a machine may take, in milliseconds. */
export interface WaitTimes {
  /** From power-on to SSH. */
  readonly boot: number;
  /** From power-on to an address. A machine without hardware virtualisation needs half a minute. */
  readonly address: number;
  /** For the pinned host key, while the machine shows another one. */
  readonly otherHostKey: number;
  /** Between two attempts to resume a machine after an I/O error. */
  readonly resumeEvery: number;
  /** For a machine that is paused after an I/O error other than a full storage. */
  readonly ioError: number;
}

const TIMES: WaitTimes = {
  boot: 600_000,
  address: 300_000,
  otherHostKey: 60_000,
  resumeEvery: 10_000,
  ioError: 60_000,
};

/** One libvirt. The first call connects to it, as does the first call after the connection was lost. */
export interface Host extends Pick<Connection, 'call' | 'upload'> {
  readonly name: string;
  /** Whether its libvirt is on this computer. */
  readonly isLocal: boolean;
  readonly settings: HostSettings;
  readonly options: LibvirtOptions;
  readonly times: WaitTimes;
  findDomain(name: string): Promise<Domain | undefined>;
  /** The definition that the domain gets at its next start; with `live` its present one. */
  definition(domain: Domain, view?: 'live'): Promise<string>;
  pool(): Promise<Pool>;
  /** @param name a network other than that of the settings @param setting the setting that names it */
  network(name?: string, setting?: string): Promise<Network>;
  findNetwork(name: string): Promise<Network | undefined>;
  volumePath(volume: Volume): Promise<string>;
  /** Resolves at the next event of the domain, when the connection is lost, when aborted, or after `ms`. */
  nextEvent(domain: string, ms: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

const XML_SECURE = 1;
const XML_INACTIVE = 2;

export function createHost(uri: LibvirtUri, settings: HostSettings): Host {
  let current: Promise<Connection> | undefined;
  // One set, not a `.then` per waiter: reactions on a pending promise are never released.
  const waiters = new Set<() => void>();

  function connection(): Promise<Connection> {
    if (current !== undefined) return current;
    const opening = connectLibvirt(uri);
    const forget = () => {
      if (current === opening) current = undefined;
    };
    opening.then(({ lost }) => {
      lost.then(() => {
        forget();
        for (const wake of waiters) wake();
      });
    }, forget);
    current = opening;
    return opening;
  }

  const call: Host['call'] = async (procedure, args, options?: CallOptions) =>
    (await connection()).call(procedure, args, options);

  const findNetwork = async (name: string) =>
    (await orMissing(call(procedures.networkLookupByName, { name }), ErrorCode.noNetwork))?.net;

  return {
    name: uri.host,
    isLocal: uri.transport.kind === 'unix',
    settings,
    options: uri.options,
    times: { ...TIMES, ...settings.times },
    call,
    upload: async (procedure, args, data, options) =>
      (await connection()).upload(procedure, args, data, options),

    findDomain: async (name) =>
      (await orMissing(call(procedures.domainLookupByName, { name }), ErrorCode.noDomain))?.dom,

    definition: async (dom, view) => {
      const flags = view === 'live' ? 0 : XML_SECURE | XML_INACTIVE;
      return (await call(procedures.domainGetXmlDesc, { dom, flags })).xml;
    },

    pool: async () => {
      const found = await orMissing(
        call(procedures.poolLookupByName, { name: settings.pool }),
        ErrorCode.noPool,
      );
      return found?.pool ?? missing(uri, 'storage pool', settings.pool, 'STORAGE_POOL');
    },

    findNetwork,

    network: async (name = settings.network, setting = 'NETWORK') =>
      (await findNetwork(name)) ?? missing(uri, 'network', name, setting),

    volumePath: async (vol) => (await call(procedures.volumeGetPath, { vol })).path,

    async nextEvent(domain, ms, signal) {
      const { listen } = await connection();
      await new Promise<void>((resolve) => {
        const stops = [
          listen(procedures.lifecycleEvent, ({ dom }) => dom.name === domain && done()),
          listen(procedures.deviceRemovedEvent, ({ dom }) => dom.name === domain && done()),
        ];
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
        waiters.add(done);
        function done() {
          waiters.delete(done);
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          for (const stop of stops) stop();
          resolve();
        }
      });
    },

    close() {
      current?.then(
        (open) => open.close(),
        () => {},
      );
      current = undefined;
    },
  };
}

function missing(uri: LibvirtUri, what: string, name: string, setting: string): never {
  throw new ProviderError(
    'Configuration',
    `libvirt on ${uri.host} has no ${what} ${name}: create it, or name another in ${setting}`,
  );
}

/** Runs `work` and turns what libvirt throws into the port's errors. */
export async function onHost<T>(host: Host, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw providerError(host.name, error);
  }
}
