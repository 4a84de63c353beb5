import type { Action } from '../action.ts';
import { createDBInstance } from './create-db-instance.ts';
import { deleteDBInstance } from './delete-db-instance.ts';
import { describeDBInstances } from './describe-db-instances.ts';

/** The operations of RDS that Cornac offers. */
export const actions: readonly Action[] = [createDBInstance, deleteDBInstance, describeDBInstances];
