import type { DBSubnetGroup } from '@aws-sdk/client-rds';
import { DEFAULT_SUBNET_GROUP } from '../../../model/db-instance/attributes.ts';

/**
 * The subnet group of every instance. RDS always shows one, and Ansible's module reads it without a look. One VPC
 * and one subnet stand for the network of the machines, which Cornac does not choose.
 */
export function showSubnetGroup(zone: string): DBSubnetGroup {
  return {
    DBSubnetGroupName: DEFAULT_SUBNET_GROUP,
    DBSubnetGroupDescription: 'default',
    VpcId: 'vpc-default',
    SubnetGroupStatus: 'Complete',
    Subnets: [
      {
        SubnetIdentifier: 'subnet-default',
        SubnetAvailabilityZone: { Name: zone },
        SubnetOutpost: {},
        SubnetStatus: 'Active',
      },
    ],
    SupportedNetworkTypes: ['IPV4'],
  };
}
