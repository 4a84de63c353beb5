import type { Action } from '../action.ts';

/** The operations of RDS that Cornac offers. */
export const actions: readonly Action[] = [];
