import { z } from 'zod';
import { right, unknown, wrong } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import type { NetworkBacking } from '../devices.ts';
import { list } from '../vim/decode.ts';
import { isFault } from '../vim/fault.ts';
import { read } from '../vim/properties.ts';
import type { Ref } from '../vim/schema.ts';
import { listOf } from '../vim/shapes.ts';
import type { Vim } from '../vim/vim.ts';

/** The privileges that the account needs, per object: the table of docs/vsphere.md. */
export const privileges = {
  origin: ['VirtualMachine.Provisioning.Clone', 'VirtualMachine.Provisioning.Customize'],
  template: ['VirtualMachine.Provisioning.DeployTemplate', 'VirtualMachine.Provisioning.Customize'],
  folder: [
    'VirtualMachine.Inventory.CreateFromExisting',
    'VirtualMachine.Inventory.Delete',
    'VirtualMachine.Provisioning.Customize',
    'VirtualMachine.Config.AddNewDisk',
    'VirtualMachine.Config.AddRemoveDevice',
    'VirtualMachine.Config.EditDevice',
    'VirtualMachine.Config.AdvancedConfig',
    'VirtualMachine.Config.CPUCount',
    'VirtualMachine.Config.Memory',
    'VirtualMachine.Config.DiskExtend',
    'VirtualMachine.Config.Settings',
    'VirtualMachine.Interact.PowerOn',
    'VirtualMachine.Interact.PowerOff',
  ],
  pool: ['Resource.AssignVMToPool'],
  datastore: ['Datastore.AllocateSpace'],
  network: ['Network.Assign'],
  /** For PowerOnMultiVM_Task, with which DRS chooses a host. Without it a machine keeps its current host. */
  datacenter: ['VirtualMachine.Interact.PowerOn'],
  /** vCenter 7.0 U3 to 8.0 U2 requires it for the second page of a list. */
  root: ['System.Read'],
} as const;

const WHAT = 'privileges';

interface Places {
  readonly origin: Ref | undefined;
  readonly isTemplate: boolean;
  readonly datacenter: Ref | undefined;
  readonly folder: Ref | undefined;
  readonly pool: Ref | undefined;
  readonly datastore: Ref | undefined;
  readonly networks: readonly NetworkBacking[];
}

/** Whether the account has its privileges, per object. vCenter does not show whether a role is propagated. */
export async function checkPrivileges(vim: Vim, places: Places): Promise<CheckResult[]> {
  const { rootFolder, sessionManager, authorizationManager } = await vim.content();
  const { 'currentSession.key': sessionId } = await read(vim, sessionManager, {
    'currentSession.key': z.string(),
  });
  const wanted: readonly Wanted[] = [
    ['the origin', places.origin, places.isTemplate ? privileges.template : privileges.origin, required],
    ['the datacenter', places.datacenter, privileges.datacenter, useful],
    ['the folder', places.folder, privileges.folder, required],
    ['the resource pool', places.pool, privileges.pool, required],
    ['the datastore', places.datastore, privileges.datastore, required],
    ...places.networks.map((each): Wanted => [nameOf(each), each.ref, privileges.network, required]),
    ['the root of vCenter', rootFolder, privileges.root, ofRoot],
  ];
  const ask = async (where: string, entity: Ref, privId: readonly string[], ifMissing: IfMissing) => {
    try {
      const input = { _this: authorizationManager, entity: [entity], sessionId, privId };
      const refused = refusedOf(await vim.call('HasPrivilegeOnEntities', input));
      if (refused.length === 0) return right(WHAT, `on ${where}: ${privId.join(', ')}`);
      return ifMissing(`on ${where} the account lacks ${refused.join(', ')}`);
    } catch (error) {
      if (!isFault(error, 'NoPermission')) throw error;
      if (ifMissing === ofRoot) return ifMissing(`on ${where} the account may not query its privileges`);
      return unknown(WHAT, `vCenter does not let the account query its privileges on ${where}`);
    }
  };
  const results: CheckResult[] = [];
  for (const [where, entity, privId, ifMissing] of wanted) {
    if (entity) results.push(await ask(where, entity, privId, ifMissing));
  }
  return results;
}

type IfMissing = (found: string) => CheckResult;
type Wanted = readonly [
  where: string,
  entity: Ref | undefined,
  privileges: readonly string[],
  lacking: IfMissing,
];

const required: IfMissing = (found) =>
  wrong(WHAT, found, 'give it the role of docs/vsphere.md there, propagated');

const useful: IfMissing = (found) =>
  unknown(
    WHAT,
    `${found}: whether it is acceptable that DRS does not choose a host when machines start`,
    'give it the role cornac-datacenter of docs/vsphere.md there',
  );

const ofRoot: IfMissing = (found) =>
  unknown(
    WHAT,
    `${found}: whether lists can be read in one page, because vCenter 7.0 U3 to 8.0 U2 then returns no second page`,
    'give it the role ReadOnly there, not propagated',
  );

const answer = listOf(
  z.looseObject({ privAvailability: listOf(z.looseObject({ privId: z.string(), isGranted: z.string() })) }),
);

function refusedOf(value: unknown): string[] {
  return answer
    .parse(list(value))
    .flatMap(({ privAvailability }) => privAvailability)
    .filter(({ isGranted }) => isGranted !== 'true' && isGranted !== '1')
    .map(({ privId }) => privId);
}

function nameOf(backing: NetworkBacking): string {
  return backing.kind === 'standard' ? backing.name : backing.portgroupKey;
}
