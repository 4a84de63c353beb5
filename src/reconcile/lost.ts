import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { servingStatuses } from '../model/db-instance/status.ts';
import type { Finding } from './compare.ts';
import { findUnchanged } from './unchanged.ts';

type Kind = 'machine-missing' | 'recovered';

function instancesOf(
  findings: readonly Finding[],
  kind: Kind,
  statuses: readonly Instance['status'][],
): Instance[] {
  return findings.flatMap((finding) =>
    finding.kind === kind && statuses.includes(finding.instance.status) ? [finding.instance] : [],
  );
}

function idsOf(instances: readonly Instance[]): string[] {
  return instances.map(({ dbiResourceId }) => dbiResourceId);
}

/**
 * Settles at once what needs no operation. An available instance whose machine is gone becomes `failed`:
 * Cornac does not make the machine again, because that would be another, empty one. An instance that failed
 * for that reason becomes available again once its machine is back and serves.
 * @returns DbiResourceIds of the settled instances
 */
export async function settleLost(
  inventory: Pick<Inventory, 'instances' | 'upkeep'>,
  findings: readonly Finding[],
): Promise<ReadonlySet<string>> {
  const gone = await findUnchanged(inventory, instancesOf(findings, 'machine-missing', servingStatuses));
  const back = await findUnchanged(inventory, instancesOf(findings, 'recovered', ['failed']));
  const lost = await inventory.upkeep.lose(idsOf(gone));
  const found = await inventory.upkeep.find(idsOf(back));
  return new Set([...lost, ...found]);
}
