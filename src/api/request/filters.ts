import { invalidParameterValue } from '../../model/errors.ts';

interface WireFilter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** The values that pass, by the name of the filter. A filter that is absent lets everything pass. */
export type Filters<Name extends string> = ReadonlyMap<Name, ReadonlySet<string>>;

/**
 * Reads Filters of a Describe action. Values of one filter are alternatives; several filters narrow each
 * other.
 * @throws invalidParameterValue for a filter that is not `supported`
 */
export function readFilters<Name extends string>(
  filters: readonly WireFilter[] | undefined,
  supported: readonly Name[],
): Filters<Name> {
  const read = new Map<Name, ReadonlySet<string>>();
  for (const { Name, Values = [] } of filters ?? []) {
    const name = supported.find((each) => each === Name);
    if (name === undefined) throw invalidParameterValue(`Unrecognized filter name: ${Name}`);
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
