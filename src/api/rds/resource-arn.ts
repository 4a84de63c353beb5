import { formatArn } from '../../model/arn.ts';
import type { Owner } from '../../model/owner.ts';
import { type NamedResource, resourceKinds } from '../../model/resource.ts';

/** The ARN of a resource of Cornac, in the region that the request was signed for. */
export function resourceArn({ kind, name }: NamedResource, { region, accountId }: Owner): string {
  const { arnType: resourceType } = resourceKinds[kind];
  return formatArn({ region, accountId, resourceType, name });
}
