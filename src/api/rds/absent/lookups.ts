import { parseArn } from '../../../model/arn.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import { type AbsentResource, notFoundFault } from '../../../model/not-found.ts';
import { readResourceArn } from '../../request/resource-name.ts';
import { requireInstance } from '../db-instance/named.ts';
import { requireSnapshot } from '../db-snapshot/named.ts';
import { isOfferedEngine } from '../engine/rds-engines.ts';
import type { Lookup } from './absent-read.ts';

/** Of these resources Cornac has none, so every name is unknown. */
export function none(resource: AbsentResource): Lookup {
  return (name) => {
    throw notFoundFault(resource, name);
  };
}

/** The instance exists, and what the read lists of it does not. */
export const ofInstance: Lookup = async (text, context) => {
  await requireInstance(text, context);
};

/** The same for a snapshot. */
export const ofSnapshot: Lookup = async (text, context) => {
  await requireSnapshot(text, context);
};

/** An ARN of what RDS maintains, which here are instances. */
export const ofMaintained: Lookup = async (text, { inventory, owner }) => {
  if (!parseArn(text)) throw invalidParameterValue(`Invalid resource name: ${text}`);
  const resource = readResourceArn(text, owner);
  const found =
    resource?.kind === 'db-instance' && (await inventory.instances.find({ identifier: resource.name }));
  if (!found) throw notFoundFault('maintainedResource', text);
};

/** An engine of RDS, offered here or not. */
export const ofEngine: Lookup = (text) => {
  isOfferedEngine(text);
};

/** No engine here has clusters, so there is no family of their parameters. */
export const ofClusterFamily: Lookup = (family) => {
  throw invalidParameterValue(
    `DBParameterGroupFamily ${family} is not a family of DB clusters that this endpoint offers.`,
  );
};
