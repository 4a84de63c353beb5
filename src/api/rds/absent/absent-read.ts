import { invalidParameterValue } from '../../../model/errors.ts';
import { checkAll, refuseAll } from '../../../model/refusals.ts';
import {
  type Action,
  type ActionContext,
  type ActionName,
  action,
  type InputOf,
  type OutputOf,
} from '../../action.ts';
import { readFilters } from '../../request/filters.ts';
import { readPageRequest } from '../../request/page.ts';

/** Throws the fault of AWS where no resource has the name. */
export type Lookup = (name: string, context: ActionContext) => void | Promise<void>;

/** What RDS says about one read, as far as an answer without a record depends on it. */
export interface AbsentRead<Name extends ActionName> {
  /** The member of the answer that is an empty list. */
  readonly list: keyof OutputOf<Name> & string;
  /** Members of the input that name one resource, in the order in which RDS looks for the resources. */
  readonly named?: { readonly [Member in keyof InputOf<Name>]?: Lookup };
  /** Names of the filters; absent where the API reference does not name them, so that each one is taken. */
  readonly filters?: readonly string[] | 'any';
  /** Members that have one of a few values. */
  readonly values?: { readonly [Member in keyof InputOf<Name>]?: readonly string[] };
  readonly page?: { readonly smallest: number; readonly largest: number };
}

function refuseBadValues(members: ReadonlyMap<string, unknown>, values: object): void {
  refuseAll(
    Object.entries(values).flatMap(([name, valid]: [string, readonly string[]]) => {
      const value = members.get(name);
      if (value === undefined || valid.some((each) => each === value)) return [];
      return [
        invalidParameterValue(`Invalid value ${value} for ${name}. Valid values: ${valid.join(', ')}.`),
      ];
    }),
  );
}

/** The members that reads have in common. The decoder has checked their types; a read without one never has it. */
interface CommonInput {
  readonly Filters?: readonly { readonly Name?: string; readonly Values?: readonly string[] }[];
  readonly MaxRecords?: number;
  readonly Marker?: string;
}

function checkFilters({ Filters: filters = [] }: CommonInput, supported: readonly string[] | 'any'): void {
  readFilters(filters, supported === 'any' ? filters.flatMap(({ Name }) => Name ?? []) : supported);
}

/**
 * A read of resources of which Cornac has none. It checks the input as every read does, and answers with an
 * empty list, so that tools which list everything that an account may have work.
 * @throws invalidParameterValue, invalidParameterCombination, and the fault for a name that no resource has
 */
export function absentRead<const Name extends ActionName>(
  name: Name,
  { list, named = {}, filters = [], values = {}, page }: AbsentRead<Name>,
): Action {
  const lookups = Object.entries(named) as [string, Lookup][];
  return action(name, async (input, context) => {
    const members: ReadonlyMap<string, unknown> = new Map(Object.entries(input));
    const common: CommonInput = Object.fromEntries(members);
    checkAll({
      page: () => readPageRequest(common, page?.largest, page?.smallest),
      filters: () => checkFilters(common, filters),
      values: () => refuseBadValues(members, values),
    });
    for (const [member, lookup] of lookups) {
      const text = members.get(member);
      if (typeof text === 'string') await lookup(text, context);
    }
    return { [list]: [] } as OutputOf<Name>;
  });
}
