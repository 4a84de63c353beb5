import {
  StartDBInstance$,
  type StartDBInstanceMessage,
  type StartDBInstanceResult,
} from '@aws-sdk/client-rds';
import { refuseNotOffered } from '../../model/not-offered.ts';
import { action } from '../action.ts';
import { changeInstance } from './change-instance.ts';

/** Brings a stopped instance back. */
export const startDBInstance = action<StartDBInstanceMessage, StartDBInstanceResult>(
  StartDBInstance$,
  async (input, context) => {
    refuseNotOffered(input);

    return changeInstance(context, input.DBInstanceIdentifier, () => ({
      operation: { type: 'startDbInstance' },
    }));
  },
);
