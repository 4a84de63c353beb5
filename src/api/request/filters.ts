import { parseArn } from '../../model/arn.ts';
import { isDBInstanceIdentifier, notAnIdentifier } from '../../model/db-instance/identifier.ts';
import { invalidParameterCombination, invalidParameterValue } from '../../model/errors.ts';
import { refusalsOf, refuseAll } from '../../model/refusals.ts';

interface WireFilter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** The values that pass, by the name of the filter. A filter that is absent lets everything pass. */
export type Filters<Name extends string> = ReadonlyMap<Name, ReadonlySet<string>>;

/** What RDS calls the values of a filter. */
const VALUES_OF: Readonly<Record<string, string>> = {
  'db-cluster-id': 'DB Cluster Identifiers',
  'db-instance-id': 'DB Instance Identifiers',
  'db-parameter-group-family': 'DB Parameter Group Families',
  'db-snapshot-id': 'DB Snapshot Identifiers',
  'dbi-resource-id': 'Dbi Resource Ids',
  domain: 'Domain Identifiers',
  engine: 'Engine Names',
  'engine-mode': 'Engine Modes',
  'engine-version': 'Engine Versions',
  'snapshot-type': 'Snapshot Types',
  status: 'Statuses',
};

/** Filters whose values are identifiers or ARNs. Whether the account of an ARN is the caller's is not checked. */
const NAMING = new Set(['db-cluster-id', 'db-instance-id']);

function isIdentifierOrArn(text: string): boolean {
  return isDBInstanceIdentifier(text.startsWith('arn:') ? (parseArn(text)?.name ?? '') : text);
}

function refuseBadFilter({ Name = '', Values = [] }: WireFilter, supported: readonly string[]): void {
  if (!supported.includes(Name)) throw invalidParameterValue(`Unrecognized filter name: ${Name}`);
  if (Values.length === 0) {
    throw invalidParameterCombination(`The list of ${VALUES_OF[Name] ?? Name} must not be empty.`);
  }
  if (NAMING.has(Name) && !Values.every(isIdentifierOrArn)) throw notAnIdentifier(`Filter: ${Name}`);
}

/**
 * Reads Filters of a Describe action. Values of one filter are alternatives; several filters narrow each
 * other.
 * @throws invalidParameterValue for a filter that is not `supported`, and for a value that cannot be an identifier;
 *   invalidParameterCombination for a filter without values
 */
export function readFilters<Name extends string>(
  filters: readonly WireFilter[] | undefined,
  supported: readonly Name[],
): Filters<Name> {
  refuseAll((filters ?? []).flatMap((filter) => refusalsOf(() => refuseBadFilter(filter, supported))));
  const read = new Map<Name, ReadonlySet<string>>();
  for (const { Name, Values = [] } of filters ?? []) {
    const name = supported.find((each) => each === Name);
    if (name === undefined) continue;
    const earlier = read.get(name);
    read.set(name, new Set(earlier ? Values.filter((value) => earlier.has(value)) : Values));
  }
  return read;
}

/**
 * For actions whose Filters "isn't currently supported" in the API reference.
 * @throws invalidParameterValue when the request has a filter
 */
export function refuseFilters(filters: readonly WireFilter[] | undefined): void {
  readFilters(filters, []);
}
