import type { Context } from './context.ts';
import type { Ref } from './vim/schema.ts';

const vmxPath = /^(?:\/|%2f).*(?:\/|%2f)(.+?)\.vmx$/i;

/** vCenter may call a machine whose files it cannot read by the path of one of them. It is known by its reference then. */
export function nameOf({ known }: Context, ref: Ref, name: string): string {
  const [, file] = vmxPath.exec(name) ?? [];
  if (file === undefined) return name;
  return [...known].find(([, { value }]) => value === ref.value)?.[0] ?? file;
}
