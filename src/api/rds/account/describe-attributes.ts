import type { Inventory } from '../../../inventory/inventory.ts';
import { accountQuotas, type QuotaName } from '../../../model/account/quotas.ts';
import { isDefaultGroup } from '../../../model/db-parameter-group/parameter-group.ts';
import { isDefaultSubnetGroup } from '../../../model/db-subnet-group/subnet-group.ts';
import { isDefaultOptionGroup } from '../../../model/option-group/option-group.ts';
import { action } from '../../action.ts';

type Used = { readonly [Name in QuotaName]?: number };

/** How much of each quota is used. A quota that is not here is unused, because nothing can use it. */
async function usedOf({
  instances,
  optionGroups,
  parameterGroups,
  snapshots,
  subnetGroups,
}: Inventory): Promise<Used> {
  const [allInstances, groups, manual, allSubnetGroups, allOptionGroups] = await Promise.all([
    instances.list(),
    parameterGroups.list(),
    snapshots.list({ types: new Set(['manual']) }),
    subnetGroups.list(),
    optionGroups.list(),
  ]);
  const ownSubnetGroups = allSubnetGroups.filter((group) => !isDefaultSubnetGroup(group));
  return {
    AllocatedStorage: allInstances.reduce((sum, { allocatedStorage }) => sum + allocatedStorage, 0),
    DBInstances: allInstances.length,
    DBParameterGroups: groups.filter(({ name }) => !isDefaultGroup(name)).length,
    DBSubnetGroups: ownSubnetGroups.length,
    ManualSnapshots: manual.length,
    OptionGroups: allOptionGroups.filter(({ name }) => !isDefaultOptionGroup(name)).length,
    SubnetsPerDBSubnetGroup: Math.max(0, ...ownSubnetGroups.map(({ subnetIds }) => subnetIds.length)),
  };
}

/** The quotas of the account, each with how much of it is used. */
export const describeAccountAttributes = action(
  'DescribeAccountAttributes',
  async (_input, { inventory }) => {
    const used = await usedOf(inventory);
    return {
      AccountQuotas: Object.entries(accountQuotas).map(([name, Max]) => ({
        AccountQuotaName: name,
        Used: used[name as QuotaName] ?? 0,
        Max,
      })),
    };
  },
);
