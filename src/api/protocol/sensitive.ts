import type { Shape } from './schema.ts';

/** The values in `value` of members that the service model marks as sensitive, above all master passwords. */
export function sensitiveValues(shape: Shape, value: unknown): string[] {
  if (shape.kind === 'list' && Array.isArray(value)) {
    return value.flatMap((item) => sensitiveValues(shape.item, item));
  }
  if (shape.kind !== 'structure') return [];
  const record = value as Readonly<Record<string, unknown>>;
  return shape.members.flatMap((member) => {
    const item = record[member.name];
    if (item === undefined) return [];
    return member.sensitive ? [String(item)] : sensitiveValues(member.shape, item);
  });
}
