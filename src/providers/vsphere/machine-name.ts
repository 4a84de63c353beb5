import type { Context } from './context.ts';
import type { Ref } from './vim/schema.ts';

const vmxPath = /^(?:\/|%2f).*(?:\/|%2f)(.+?)\.vmx$/i;

/**
 * For a machine with unreadable files vCenter may show a file's path as its name. Its reference then gives
 * the name.
 */
export function nameOf({ known }: Context, ref: Ref, name: string): string {
  const [, file] = vmxPath.exec(name) ?? [];
  if (file === undefined) return name;
  return [...known].find(([, { value }]) => value === ref.value)?.[0] ?? file;
}
