import { parseArn } from '../../model/arn.ts';

/** Whose ARNs are ours. */
export interface Owner {
  readonly regions: readonly string[];
  readonly accountId: string;
}

/**
 * The identifier, lower case, of the DB instance that `text` names by identifier or ARN; undefined for an ARN of
 * something else or of somebody else. Whether there is such an instance is another question.
 */
export function instanceIdentifierOf(text: string, { regions, accountId }: Owner): string | undefined {
  if (!text.startsWith('arn:')) return text.toLowerCase();
  const arn = parseArn(text);
  const ours = arn?.resourceType === 'db' && regions.includes(arn.region) && arn.accountId === accountId;
  return ours ? arn.name.toLowerCase() : undefined;
}
