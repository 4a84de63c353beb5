import { invalidParameterCombination } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { changeInstance } from './change.ts';

/** Restarts PostgreSQL. Failover is refused because an instance has no standby. */
export const rebootDBInstance = action(
  'RebootDBInstance',
  async ({ DBInstanceIdentifier, ForceFailover }, context) =>
    changeInstance(context, DBInstanceIdentifier, ({ identifier }) => {
      if (ForceFailover) {
        throw invalidParameterCombination(
          `Cannot reboot with failover: DB instance ${identifier} is not a Multi-AZ deployment.`,
        );
      }
      return { operation: { type: 'rebootDbInstance' } };
    }),
);
