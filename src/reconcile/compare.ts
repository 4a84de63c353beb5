import type { Instance } from '../model/instance.ts';
import type { Machine } from '../providers/provider.ts';

/** One difference between what the inventory promises and what there is. */
export type Finding =
  | { readonly kind: 'machine-missing'; readonly instance: Instance }
  | { readonly kind: 'machine-stopped'; readonly instance: Instance }
  | { readonly kind: 'machine-running'; readonly instance: Instance }
  | { readonly kind: 'postgres-down'; readonly instance: Instance }
  | { readonly kind: 'unreachable'; readonly instance: Instance }
  | { readonly kind: 'recovered'; readonly instance: Instance }
  | { readonly kind: 'orphan'; readonly machine: Machine };

/** What a look at an instance's PostgreSQL found. */
export type ServerState = 'up' | 'down' | 'unreachable';

/** Whether the instance is promised to its users now: also one that failed after it was available once. */
export const shouldBeUp = ({ status, operationId, availableAt }: Instance): boolean =>
  operationId === null && (status === 'available' || (status === 'failed' && availableAt !== null));

/**
 * Compares instances that no operation holds with the provider's machines.
 * @param servers by dbiResourceId, for the instances that should be up on a machine that runs
 */
export const compare = (
  instances: readonly Instance[],
  machines: readonly Machine[],
  servers: ReadonlyMap<string, ServerState>,
): Finding[] => {
  const byName = new Map(machines.map((machine) => [machine.name, machine]));
  const wanted = new Set(instances.map(({ machine }) => machine));
  const ofInstances = instances.flatMap((instance): Finding[] => {
    const machine = byName.get(instance.machine);
    if (instance.status === 'stopped' && instance.operationId === null) {
      return machine?.state === 'running' ? [{ kind: 'machine-running', instance }] : [];
    }
    if (!shouldBeUp(instance)) return [];
    if (!machine) return [{ kind: 'machine-missing', instance }];
    if (machine.state === 'stopped') return [{ kind: 'machine-stopped', instance }];
    const server = servers.get(instance.dbiResourceId) ?? 'down';
    if (server === 'down') return [{ kind: 'postgres-down', instance }];
    if (instance.status === 'failed') return [{ kind: 'recovered', instance }];
    return server === 'unreachable' ? [{ kind: 'unreachable', instance }] : [];
  });
  const orphans = machines.filter(({ name }) => !wanted.has(name));
  return [...ofInstances, ...orphans.map((machine): Finding => ({ kind: 'orphan', machine }))];
};

/** The finding in one line for a person, with what to do where Cornac does not do it by itself. */
export const describeFinding = (finding: Finding): string => {
  switch (finding.kind) {
    case 'machine-missing':
      return `${finding.instance.identifier}: its machine ${finding.instance.machine} is gone; delete the instance`;
    case 'machine-stopped':
      return `${finding.instance.identifier}: its machine ${finding.instance.machine} is stopped; it will be started`;
    case 'machine-running':
      return `${finding.instance.identifier}: is stopped, but its machine ${finding.instance.machine} runs`;
    case 'postgres-down':
      return `${finding.instance.identifier}: PostgreSQL does not answer; it will be started`;
    case 'unreachable':
      return `${finding.instance.identifier}: PostgreSQL runs, but its port cannot be reached from here`;
    case 'recovered':
      return `${finding.instance.identifier}: is failed, but PostgreSQL runs; it will be made available`;
    case 'orphan':
      return `machine ${finding.machine.name} belongs to no instance; look at it, and remove it by hand if it is of no use`;
    default:
      return finding satisfies never;
  }
};
