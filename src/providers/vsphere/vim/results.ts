import { z } from 'zod';
import type { Method } from './schema.ts';
import { ref } from './shapes.ts';

/** The results of methods, as far as Cornac reads them. The caller parses results that are not listed. */
const RESULTS = {
  FindByInventoryPath: ref.optional(),
  FindChild: ref.optional(),
  CreatePropertyCollector: ref,
  /** Nothing where no property changed within the wait. */
  WaitForUpdatesEx: z.object({ version: z.string() }).optional(),
  CloneVM_Task: ref,
  CustomizeVM_Task: ref,
  ReconfigVM_Task: ref,
  PowerOnVM_Task: ref,
  PowerOnMultiVM_Task: ref,
  PowerOffVM_Task: ref,
  Destroy_Task: ref,
} as const satisfies Partial<Record<Method, z.ZodType>>;

type Results = typeof RESULTS;

export type Result<M extends Method> = M extends keyof Results ? z.output<Results[M]> : unknown;

/** @throws Error where vCenter's answer has another form */
export function parseResult<M extends Method>(method: M, answer: unknown): Result<M> {
  const shape: z.ZodType = Object.hasOwn(RESULTS, method) ? RESULTS[method as keyof Results] : z.unknown();
  const { success, data, error } = shape.safeParse(answer);
  if (!success) throw new Error(`vCenter's answer to ${method} is not as expected: ${error.message}`);
  return data as Result<M>;
}
