import { contentMutations } from './content.ts';
import type { Mutation } from './edit.ts';
import { framingMutations } from './framing.ts';
import { headerMutations } from './headers.ts';
import { signatureMutations } from './signature.ts';

/** Every way of changing a signed request, by name. */
export const mutations: Readonly<Record<string, Mutation>> = {
  ...contentMutations,
  ...headerMutations,
  ...signatureMutations,
  ...framingMutations,
};
