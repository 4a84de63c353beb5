import type { Instance } from '../model/db-instance/instance.ts';
import type { ReplicationFault } from '../model/db-instance/replication.ts';
import { isArchiving, isServing } from '../model/db-instance/status.ts';
import type { Pause } from '../model/server/pause.ts';
import type { Machine } from '../providers/provider.ts';
import { findHeldBack } from './held-back.ts';
import { type Hosts, indexMachines, machineOf, noHosts } from './machines.ts';

/** One difference between what the inventory promises and what exists. */
export type Finding =
  | { readonly kind: 'machine-missing'; readonly instance: Instance }
  | { readonly kind: 'machine-stopped'; readonly instance: Instance }
  | { readonly kind: 'machine-paused'; readonly instance: Instance; readonly pause: Pause }
  | { readonly kind: 'machine-running'; readonly instance: Instance }
  | { readonly kind: 'postgres-down'; readonly instance: Instance }
  | { readonly kind: 'unreachable'; readonly instance: Instance }
  | { readonly kind: 'recovered'; readonly instance: Instance }
  | { readonly kind: 'storage-full'; readonly instance: Instance }
  | { readonly kind: 'archive-failing'; readonly instance: Instance; readonly since: Date }
  | { readonly kind: 'not-replicating'; readonly instance: Instance; readonly fault: ReplicationFault }
  | { readonly kind: 'moved'; readonly instance: Instance; readonly host: string }
  | { readonly kind: 'unknown-host'; readonly instance: Instance }
  | { readonly kind: 'orphan'; readonly machine: Machine }
  | { readonly kind: 'host-unreachable'; readonly host: string; readonly reason: string }
  | {
      readonly kind: 'held-back';
      /** What most instances miss: their machine, or an answer of their server and of their guest. */
      readonly what: 'machine' | 'answer';
      readonly lost: number;
      readonly of: number;
      /** The host of all these instances; absent where most instances of the whole are lost. */
      readonly host?: string;
    };

/**
 * What a look at an instance's PostgreSQL found. `down`: its machine reports it down. `silent`: neither the
 * server nor the machine answers. `unreachable`: the server runs, but is unreachable from here. `unsure`:
 * nothing was found out. A pause: its machine is paused.
 */
export type ServerState = 'up' | 'down' | 'silent' | 'unreachable' | 'unsure' | Pause;

/**
 * Whether the instance should serve its users now. This includes an instance that failed after it was
 * available once.
 */
export function shouldBeUp({ status, operationId, availableAt }: Instance): boolean {
  return operationId === null && (isServing(status) || (status === 'failed' && availableAt !== null));
}

/** Whether users rely on the instance now, and no operation works on it. */
export function isInService({ status, operationId, address }: Instance): boolean {
  return isServing(status) && operationId === null && address !== null;
}

/**
 * What is wrong with the location of an instance. Until that is mended nothing else is reported, because it
 * is unknown where to look.
 */
function compareHost(
  instance: Instance,
  machines: readonly Machine[],
  { asked, unreachable }: Hosts,
): Finding[] | undefined {
  const { host } = instance;
  if (host !== null && unreachable.has(host)) return [];
  const [found] = machines;
  const isThere = host !== null && machines.some((machine) => machine.host === host);
  if (isThere) return undefined;
  if (found?.host !== undefined) {
    return instance.operationId === null ? [{ kind: 'moved', instance, host: found.host }] : [];
  }
  if (host !== null && !asked.includes(host)) return [{ kind: 'unknown-host', instance }];
  return host === null && unreachable.size > 0 ? [] : undefined;
}

/**
 * Compares instances that no operation holds with the provider's machines.
 * @param states by dbiResourceId, for the instances that should be up on a running machine
 * @param ofServers names of the machines of all servers; any other machine is an orphan
 */
export function compare(
  instances: readonly Instance[],
  machines: readonly Machine[],
  states: ReadonlyMap<string, ServerState>,
  hosts: Hosts = noHosts,
  ofServers: readonly string[] = instances.map(({ machine }) => machine),
): Finding[] {
  const wanted = new Set(ofServers);
  const named = indexMachines(machines);
  const ofInstances = instances.flatMap((instance): Finding[] => {
    const elsewhere = compareHost(instance, named(instance.machine), hosts);
    if (elsewhere) return elsewhere;
    const machine = machineOf(instance, named);
    if (instance.status === 'stopped' && instance.operationId === null) {
      return machine?.state === 'running' && machine.paused?.reason !== 'unreachable'
        ? [{ kind: 'machine-running', instance }]
        : [];
    }
    if (!shouldBeUp(instance)) return [];
    if (!machine) return [{ kind: 'machine-missing', instance }];
    const server = states.get(instance.dbiResourceId) ?? 'down';
    const pause = machine.paused ?? (typeof server === 'object' ? server : undefined);
    if (pause) return [{ kind: 'machine-paused', instance, pause }];
    if (machine.state === 'stopped') return [{ kind: 'machine-stopped', instance }];
    if (server === 'unsure') return [];
    if (server === 'down' || server === 'silent') return [{ kind: 'postgres-down', instance }];
    if (instance.status === 'failed') return [{ kind: 'recovered', instance }];
    return server === 'unreachable' ? [{ kind: 'unreachable', instance }] : [];
  });
  // An unreadable machine may belong to another owner.
  const orphans = machines.filter(
    ({ name, paused }) => !wanted.has(name) && paused?.reason !== 'unreachable',
  );
  return [
    ...findHeldBack(instances, named, states, hosts),
    ...ofInstances,
    ...instances
      .filter(({ status, operationId }) => status === 'storage-full' && operationId === null)
      .map((instance): Finding => ({ kind: 'storage-full', instance })),
    ...instances.flatMap((instance): Finding[] =>
      instance.archiveFailingSince && isArchiving(instance.status)
        ? [{ kind: 'archive-failing', instance, since: instance.archiveFailingSince }]
        : [],
    ),
    ...instances.flatMap((instance): Finding[] =>
      instance.replicationFault && isServing(instance.status)
        ? [{ kind: 'not-replicating', instance, fault: instance.replicationFault }]
        : [],
    ),
    ...orphans.map((machine): Finding => ({ kind: 'orphan', machine })),
    ...[...hosts.unreachable].map(([host, reason]): Finding => ({ kind: 'host-unreachable', host, reason })),
  ];
}
