import { parseArn } from '../../model/arn.ts';
import type { Owner } from '../../model/owner.ts';
import { kindOfArnType, type NamedResource, type ResourceKind } from '../../model/resource.ts';

/**
 * Kind and name (lower case) of the resource that an ARN names. Undefined for an ARN of another owner, and
 * for a kind that Cornac does not have. Whether the resource exists is not checked.
 */
export function readResourceArn(text: string, { regions, accountId }: Owner): NamedResource | undefined {
  const arn = parseArn(text);
  if (!arn || !regions.includes(arn.region) || arn.accountId !== accountId) return undefined;
  const kind = kindOfArnType(arn.resourceType);
  return kind && { kind, name: arn.name.toLowerCase() };
}

/**
 * The name (lower case) of the resource of this kind that `text` names by name or ARN. Undefined for an ARN
 * of another kind or owner. Whether the resource exists is not checked.
 */
export function resourceNameOf(kind: ResourceKind, text: string, owner: Owner): string | undefined {
  if (!text.startsWith('arn:')) return text.toLowerCase();
  const resource = readResourceArn(text, owner);
  return resource?.kind === kind ? resource.name : undefined;
}
