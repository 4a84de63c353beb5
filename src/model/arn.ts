export interface Arn {
  readonly region: string;
  readonly accountId: string;
  /** `db` for an instance. */
  readonly resourceType: string;
  readonly name: string;
}

/** `arn:aws:rds:<region>:<account>:<type>:<name>`: UG USER_Tagging.ARN. */
export function formatArn({ region, accountId, resourceType, name }: Arn): string {
  return `arn:aws:rds:${region}:${accountId}:${resourceType}:${name}`;
}

/** The parts of an RDS ARN; undefined when `text` is not an RDS ARN. */
export function parseArn(text: string): Arn | undefined {
  const parts = /^arn:aws[a-z-]*:rds:([^:]*):([^:]*):([a-z-]+):(.+)$/.exec(text);
  const [, region, accountId, resourceType, name] = parts ?? [];
  if (region === undefined || accountId === undefined || !resourceType || !name) return undefined;
  return { region, accountId, resourceType, name };
}
