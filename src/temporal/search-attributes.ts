import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { describeKind, type NamedResource, resourceKinds } from '../model/resource.ts';

/** The search attributes that workflows of Cornac carry, each the name of the resource that the workflow holds. */
export const searchAttributes: readonly string[] = Object.values(resourceKinds).flatMap((kind) =>
  'searchAttribute' in kind ? kind.searchAttribute : [],
);

/** By what one filters in the Web UI: the resource that a workflow holds, by its name. */
export function attributesOf({ kind, name }: NamedResource): SearchAttributePair[] {
  const { searchAttribute } = describeKind(kind);
  return searchAttribute === undefined
    ? []
    : [{ key: defineSearchAttributeKey(searchAttribute, 'KEYWORD'), value: name }];
}

// temporal.api.enums.v1.IndexedValueType
const KEYWORD = 2;

// gRPC's ALREADY_EXISTS
const ALREADY_EXISTS = 6;

interface Operator {
  readonly operatorService: {
    addSearchAttributes(request: {
      namespace: string;
      searchAttributes: Record<string, number>;
    }): Promise<unknown>;
  };
}

/** Registers our search attributes, unless Temporal knows them. Temporal Cloud wants a person to do that instead. */
export async function ensureSearchAttributes(
  { operatorService }: Operator,
  namespace: string,
): Promise<void> {
  // One by one, because one that is there would keep the others from being added.
  for (const name of searchAttributes) {
    try {
      await operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: KEYWORD } });
    } catch (error) {
      if (!(error instanceof Object && 'code' in error && error.code === ALREADY_EXISTS)) throw error;
    }
  }
}
