import { defineSearchAttributeKey } from '@temporalio/common';

/** The instance that a workflow works on, by its DBInstanceIdentifier: what one filters by in the Web UI. */
export const dbInstanceAttribute = defineSearchAttributeKey('CornacDBInstance', 'KEYWORD');

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

/** Tells Temporal of our search attribute, unless it knows it. Temporal Cloud wants that done by a person instead. */
export async function ensureSearchAttributes(
  { operatorService }: Operator,
  namespace: string,
): Promise<void> {
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { [dbInstanceAttribute.name]: KEYWORD },
    });
  } catch (error) {
    if (!(error instanceof Object && 'code' in error && error.code === ALREADY_EXISTS)) throw error;
  }
}
