import type { Inventory } from '../inventory/inventory.ts';
import type { LatestOperation } from '../inventory/outbox.ts';
import { replicationStatus } from '../model/db-instance/replication.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { describePause, mayResume } from '../model/server/pause.ts';
import type { Finding } from './compare.ts';
import { withoutHeldBack } from './held-back.ts';
import { isDue } from './recover.ts';

type LatestOperations = ReadonlyMap<string, LatestOperation>;

/**
 * What will be done about a finding. `act`: its usual remedy. `hold`: nothing, while so much is lost at once.
 * `later`: a retry, because the last attempt failed a short while ago. `delete`: nothing, because its
 * deletion failed.
 */
type Plan = 'act' | 'hold' | 'later' | 'delete';

function willBe(done: string, plan: Plan): string {
  switch (plan) {
    case 'act':
      return `it will be ${done}`;
    case 'hold':
      return 'Cornac does nothing while recovery is held back';
    case 'later':
      return `it will be ${done} ten minutes after the last attempt, which failed`;
    case 'delete':
      return 'its deletion failed, so delete it again';
    default:
      return plan satisfies never;
  }
}

/**
 * The finding in one line for a person, with its remedy, or with what to do where Cornac does nothing by
 * itself.
 */
export function describeFinding(finding: Finding, plan: Plan = 'act'): string {
  switch (finding.kind) {
    case 'machine-missing':
      return `${finding.instance.identifier}: its machine ${finding.instance.machine} does not exist; restore it, or delete the instance`;
    case 'machine-stopped':
      return `${finding.instance.identifier}: its machine ${finding.instance.machine} is stopped; ${willBe('started', plan)}`;
    case 'machine-paused': {
      const { instance, pause } = finding;
      const what = `${instance.identifier}: its machine ${instance.machine} is ${describePause(pause)}`;
      if (pause.reason === 'storage-full' && plan === 'act') {
        return `${what}; free storage there, and it resumes within two minutes`;
      }
      if (mayResume(pause)) return `${what}; ${willBe('resumed', plan)}`;
      if (pause.reason === 'unreachable') return `${what}; Cornac does nothing until it is readable again`;
      return `${what}; Cornac does nothing until it is resumed at the hypervisor`;
    }
    case 'machine-running':
      return `${finding.instance.identifier}: is stopped, but its machine ${finding.instance.machine} runs`;
    case 'postgres-down':
      return `${finding.instance.identifier}: PostgreSQL does not answer; ${willBe('started', plan)}`;
    case 'unreachable':
      return `${finding.instance.identifier}: PostgreSQL runs, but its port is unreachable from here`;
    case 'recovered':
      return `${finding.instance.identifier}: is failed, but PostgreSQL runs; ${willBe('made available', plan)}`;
    case 'storage-full':
      return `${finding.instance.identifier}: its data disk is full; enlarge it with modify-db-instance --allocated-storage, to more than ${finding.instance.allocatedStorage}`;
    case 'archive-failing':
      return `${finding.instance.identifier}: its write-ahead log has not been archived since ${finding.since.toISOString()} and fills its disk; make BACKUP_REPOSITORY reachable and writable`;
    case 'not-replicating':
      return `${finding.instance.identifier}: ${replicationStatus(finding.fault).message}`;
    case 'moved':
      return `${finding.instance.identifier}: its machine ${finding.instance.machine} is on ${finding.host}, not on ${finding.instance.host ?? 'a host that is known'}; the inventory will be updated`;
    case 'unknown-host':
      return `${finding.instance.identifier}: IAAS has no host ${finding.instance.host}, which has its machine ${finding.instance.machine}`;
    case 'host-unreachable':
      return `cannot list the machines of host ${finding.host}: ${finding.reason}`;
    case 'held-back': {
      const { what, lost, of, host } = finding;
      const where = host === undefined ? '' : ` on host ${host}`;
      return what === 'machine'
        ? `${lost} of ${of} machines${where} are missing: Cornac does nothing with them; check MACHINE_PREFIX, IAAS, STATE_DIR and the storage`
        : `${lost} of ${of} machines${where} do not answer: Cornac does nothing with them; check the network between here and them`;
    }
    case 'orphan':
      return `machine ${finding.machine.name} belongs to no instance; inspect it, and remove it by hand if it is not needed`;
    default:
      return finding satisfies never;
  }
}

function planOf(finding: Finding, toDo: ReadonlySet<Finding>, latest: LatestOperations): Plan {
  if (!toDo.has(finding)) return 'hold';
  if (!('instance' in finding)) return 'act';
  const last = latest.get(finding.instance.dbiResourceId);
  if (isDue(finding, finding.instance, last)) return 'act';
  return last && rulesOf(last.type).leaves === 'nothing' ? 'delete' : 'later';
}

/**
 * All findings of a survey, each with its remedy.
 * @param acceptLosses whether findings are acted on, however many they are
 */
export async function describeFindings(
  { outbox }: Pick<Inventory, 'outbox'>,
  findings: readonly Finding[],
  { acceptLosses = false } = {},
): Promise<string[]> {
  const toDo = new Set(acceptLosses ? findings : withoutHeldBack(findings));
  const affected = findings.flatMap((finding) =>
    'instance' in finding && finding.instance.status !== 'available' ? [finding.instance.dbiResourceId] : [],
  );
  const latest = await outbox.findLatest(affected);
  return findings.map((finding) => describeFinding(finding, planOf(finding, toDo, latest)));
}
