import { NormalizedSchema } from '@smithy/core/schema';

type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

/**
 * A value of a schema of the SDK with every member set, two items in every list, and different leaves. It
 * walks the SDK's schema itself, so that it shares no mistake with Cornac's codecs.
 */
export function sampleOf(reference: SchemaReference): object | undefined {
  const schema = NormalizedSchema.of(reference);
  let count = 0;
  const sample = (schema: NormalizedSchema): unknown => {
    count += 1;
    if (schema.isStructSchema()) {
      return Object.fromEntries([...schema.structIterator()].map(([name, member]) => [name, sample(member)]));
    }
    if (schema.isListSchema()) return [sample(schema.getValueSchema()), sample(schema.getValueSchema())];
    if (schema.isMapSchema()) {
      return { [`a key ${count}`]: sample(schema.getValueSchema()), b: sample(schema.getValueSchema()) };
    }
    if (schema.isTimestampSchema()) return new Date(Date.UTC(2026, 10, 23, 4, 55, 5, count % 1000));
    if (schema.isBooleanSchema()) return count % 2 === 0;
    if (schema.isNumericSchema()) return count;
    if (schema.isStringSchema()) return `${count} & <b> 'c' "d"+%é=\u{1f418}; ]]> &amp;`;
    throw new Error(`no sample of ${schema.getName(true)}`);
  };
  return schema.isUnitSchema() ? undefined : (sample(schema) as object);
}
