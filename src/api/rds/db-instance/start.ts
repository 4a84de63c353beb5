import { action } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import { changeInstance } from './change.ts';

/** Starts the machine and PostgreSQL of a stopped instance. */
export const startDBInstance = action('StartDBInstance', async (input, context) => {
  refuseNotOffered(input);

  return changeInstance(context, input.DBInstanceIdentifier, () => ({
    operation: { type: 'startDbInstance' },
  }));
});
