import type { Config } from '../../config/config.ts';
import { formatArn } from '../../model/arn.ts';
import { type NamedResource, resourceKinds } from '../../model/resource.ts';

/** The region of all resources. Other configured regions are only accepted in signatures and ARNs. */
export function regionOf({ regions: [region = 'local'] }: Pick<Config, 'regions'>): string {
  return region;
}

/** The ARN of a resource of Cornac. */
export function resourceArn(
  { kind, name }: NamedResource,
  config: Pick<Config, 'regions' | 'accountId'>,
): string {
  const { arnType: resourceType } = resourceKinds[kind];
  return formatArn({ region: regionOf(config), accountId: config.accountId, resourceType, name });
}
