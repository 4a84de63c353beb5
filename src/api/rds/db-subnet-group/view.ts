import type { DBSubnetGroup } from '@aws-sdk/client-rds';
import {
  DEFAULT_SUBNET_GROUP,
  type InstanceSubnetGroup,
  isDefaultSubnetGroup,
  zoneOfSubnet,
} from '../../../model/db-subnet-group/subnet-group.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceArn } from '../resource-arn.ts';

// One VPC stands for the network of the machines, which Cornac does not choose.
const VPC = 'vpc-default';

function show(
  { name, description, subnetIds }: InstanceSubnetGroup,
  zoneOf: (index: number) => string,
): DBSubnetGroup {
  return {
    DBSubnetGroupName: name,
    DBSubnetGroupDescription: description,
    VpcId: VPC,
    SubnetGroupStatus: 'Complete',
    Subnets: subnetIds.map((id, index) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: zoneOf(index) },
      SubnetOutpost: {},
      SubnetStatus: 'Active',
    })),
    SupportedNetworkTypes: ['IPV4'],
  };
}

/** The group as RDS shows it. */
export function toDBSubnetGroup(group: InstanceSubnetGroup, owner: Owner): DBSubnetGroup {
  return {
    ...show(group, (index) => zoneOfSubnet(index, owner.region)),
    DBSubnetGroupArn: resourceArn({ kind: 'db-subnet-group', name: group.name }, owner),
  };
}

/**
 * The group of an instance, in which RDS leaves out the ARN. RDS always shows one, and Ansible's module reads it
 * without a look. The one subnet of the default group is in the zone of the instance.
 */
export function showSubnetGroup(
  group: InstanceSubnetGroup | null | undefined,
  zone: string,
  { region }: Owner,
): DBSubnetGroup {
  const shown = group ?? DEFAULT_SUBNET_GROUP;
  return show(shown, (index) => (isDefaultSubnetGroup(shown) ? zone : zoneOfSubnet(index, region)));
}
