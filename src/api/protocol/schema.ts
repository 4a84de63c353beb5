import * as sdk from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';

/** An operation as the SDK describes it: `[9, namespace, name, traits, input, output]`. */
export type OperationSchema = typeof sdk.CreateDBInstance$;

/**
 * A shape of the service model, laid out for the two codecs: what `NormalizedSchema` computes on every access
 * is computed once here.
 */
export type Shape =
  | { readonly kind: 'string' | 'integer' | 'decimal' | 'boolean' | 'timestamp' }
  | { readonly kind: 'list'; readonly item: Shape; readonly itemName: string }
  | { readonly kind: 'map'; readonly value: Shape; readonly keyName: string; readonly valueName: string }
  | Structure;

export interface Structure {
  readonly kind: 'structure';
  readonly members: readonly Member[];
}

export interface Member {
  /** The name in inputs and outputs of actions. */
  readonly name: string;
  /** The name on the wire, in requests and answers. */
  readonly wireName: string;
  readonly shape: Shape;
  readonly required: boolean;
  /** Whether the value must never appear in a log: passwords. */
  readonly sensitive: boolean;
}

export interface Operation {
  readonly name: string;
  readonly input: Structure;
  /** Undefined where the answer has no result. */
  readonly output: Structure | undefined;
}

/**
 * Inputs of RDS that are not 32-bit integers: the `long` and `double` members of the service model. The SDK's
 * schemas have only one kind of number.
 */
const WIDE_NUMBERS: ReadonlySet<string> = new Set([
  'BacktrackWindow',
  'FileLastWritten',
  'FileSize',
  'MaxACU',
  'MaxCapacity',
  'MinACU',
  'MinCapacity',
]);

function isOperation(value: unknown): value is OperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

/** Every operation of the RDS API, offered or not, by name. */
export const rdsOperations: ReadonlyMap<string, OperationSchema> = new Map(
  Object.values(sdk)
    .filter(isOperation)
    .map((schema) => [schema[2], schema]),
);

/** Input and output of an operation, ready for `decodeInput` and `createEncoder`. */
export function compileOperation(schema: OperationSchema): Operation {
  const [input, output] = [NormalizedSchema.of(schema[4]), NormalizedSchema.of(schema[5])];
  return {
    name: schema[2],
    input: input.isUnitSchema() ? { kind: 'structure', members: [] } : compileStructure(input),
    output: output.isUnitSchema() ? undefined : compileStructure(output),
  };
}

/** @throws Error for shapes that the RDS model does not use: blobs, documents, flattened lists */
function compile(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema()) return compileStructure(schema);
  if (schema.isListSchema() && !schema.getMergedTraits().xmlFlattened) {
    const item = schema.getValueSchema();
    return { kind: 'list', item: compile(item), itemName: wireName(item, 'member') };
  }
  if (schema.isMapSchema() && !schema.getMergedTraits().xmlFlattened) {
    const value = schema.getValueSchema();
    return {
      kind: 'map',
      value: compile(value),
      keyName: wireName(schema.getKeySchema(), 'key'),
      valueName: wireName(value, 'value'),
    };
  }
  if (schema.isStringSchema()) return { kind: 'string' };
  if (schema.isBooleanSchema()) return { kind: 'boolean' };
  if (schema.isTimestampSchema()) return { kind: 'timestamp' };
  if (schema.isNumericSchema()) {
    return { kind: WIDE_NUMBERS.has(schema.getMemberName()) ? 'decimal' : 'integer' };
  }
  throw new Error(`no codec for the shape ${schema.getName(true)}`);
}

function compileStructure(schema: NormalizedSchema): Structure {
  // Required members come first; the last element of the schema is their number.
  const requiredCount = Number((schema.getSchema() as readonly unknown[])[6] ?? 0);
  const members = [...schema.structIterator()].map(([name, member], index) => ({
    name,
    wireName: wireName(member, name),
    shape: compile(member),
    required: index < requiredCount,
    sensitive: Boolean(member.getMergedTraits().sensitive),
  }));
  return { kind: 'structure', members };
}

/** Only the name of the member counts; the name of its structure belongs to other protocols. */
function wireName(member: NormalizedSchema, name: string): string {
  return String(member.getMemberTraits().xmlName ?? name);
}
