import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { describeKind, type NamedResource, resourceKinds } from '../model/resource.ts';
import { hasCode } from '../system/has-code.ts';

/** The search attributes of Cornac's workflows. Each holds the name of the resource that the workflow holds. */
export const searchAttributes: readonly string[] = Object.values(resourceKinds).flatMap((kind) =>
  'searchAttribute' in kind ? kind.searchAttribute : [],
);

/** The attribute to filter by in the Web UI: the name of the resource that a workflow holds. */
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

/** Registers our search attributes unless they exist. On Temporal Cloud an administrator must add them. */
export async function ensureSearchAttributes(
  { operatorService }: Operator,
  namespace: string,
): Promise<void> {
  // One request for each attribute, because one that exists makes the whole request fail.
  for (const name of searchAttributes) {
    try {
      await operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: KEYWORD } });
    } catch (error) {
      if (!hasCode(error, ALREADY_EXISTS)) throw error;
    }
  }
}
