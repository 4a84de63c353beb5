import { accountQuotas } from '../account/quotas.ts';
import { invalidParameterValue } from '../errors.ts';
import { dbSubnetGroupDoesNotCoverEnoughAZs, dbSubnetQuotaExceeded } from '../group-errors.ts';
import type { Tag } from '../tags.ts';

/**
 * A DB subnet group. Cornac only keeps and shows it: the settings say in which network machines are, and one VPC
 * stands for this network.
 */
export interface SubnetGroup {
  /** Lower case */
  readonly name: string;
  readonly description: string;
  readonly subnetIds: readonly string[];
  readonly tags: readonly Tag[];
}

/** What an instance shows of its group. */
export type InstanceSubnetGroup = Omit<SubnetGroup, 'tags'>;

/** The group of an instance for which none is named. */
export const DEFAULT_SUBNET_GROUP: SubnetGroup = Object.freeze({
  name: 'default',
  description: 'default',
  subnetIds: ['subnet-default'],
  tags: [],
});

export function isDefaultSubnetGroup({ name }: Pick<SubnetGroup, 'name'>): boolean {
  return name === DEFAULT_SUBNET_GROUP.name;
}

/**
 * The name of a new group, in lower case: API_CreateDBSubnetGroup.
 * @throws invalidParameterValue
 */
export function readSubnetGroupName(text: string): string {
  if (!/^[A-Za-z][\w. -]{0,254}$/.test(text)) {
    throw invalidParameterValue(
      'The parameter DBSubnetGroupName is not a valid identifier. It must begin with a letter, and must contain ' +
        'only ASCII letters, digits, periods, underscores, spaces and hyphens, 255 at most.',
    );
  }
  const name = text.toLowerCase();
  if (isDefaultSubnetGroup({ name })) {
    throw invalidParameterValue(`DBSubnetGroupName ${text} cannot be used. It is a reserved word.`);
  }
  return name;
}

const ZONE_LETTERS = ['a', 'b', 'c'];

/** The zone of the subnet at this place of a group. Cornac does not know subnets, so it deals zones out in turn. */
export function zoneOfSubnet(index: number, region: string): string {
  return region + (ZONE_LETTERS[index % ZONE_LETTERS.length] ?? '');
}

/** Two zones, as on RDS. Subnets of one group are in different zones here. */
const FEWEST_SUBNETS = 2;

/**
 * The subnets of a group, each once.
 * @param region of the request, for the message
 * @throws invalidParameterValue, dbSubnetGroupDoesNotCoverEnoughAZs, dbSubnetQuotaExceeded
 */
export function readSubnetIds(ids: readonly string[], region: string): readonly string[] {
  const bad = ids.filter((id) => !/^subnet-[0-9a-z]{1,40}$/.test(id));
  if (bad.length > 0) throw invalidParameterValue(`Some input subnets in :[${bad.join(', ')}] are invalid.`);
  const subnetIds = [...new Set(ids)];
  if (subnetIds.length < FEWEST_SUBNETS) {
    const zones = subnetIds.map((_, index) => zoneOfSubnet(index, region));
    throw dbSubnetGroupDoesNotCoverEnoughAZs(zones.join(', ') || 'none');
  }
  const quota = accountQuotas.SubnetsPerDBSubnetGroup;
  if (subnetIds.length > quota) throw dbSubnetQuotaExceeded(quota);
  return subnetIds;
}
