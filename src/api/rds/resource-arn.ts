import type { Config } from '../../config/config.ts';
import { formatArn } from '../../model/arn.ts';
import { type NamedResource, resourceKinds } from '../../model/resource.ts';

/** The region that resources are in: other configured ones are only accepted in signatures and ARNs. */
export function regionOf({ regions: [region = 'local'] }: Pick<Config, 'regions'>): string {
  return region;
}

/** ARN of a resource of ours. */
export function resourceArn(
  { kind, name }: NamedResource,
  config: Pick<Config, 'regions' | 'accountId'>,
): string {
  const { arnType: resourceType } = resourceKinds[kind];
  return formatArn({ region: regionOf(config), accountId: config.accountId, resourceType, name });
}
