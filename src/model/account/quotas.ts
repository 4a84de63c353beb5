import { MAX_REPLICAS } from '../db-instance/replication.ts';

/** A quota that clients compute with: the largest number that every SDK can hold. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * The quotas of an account by AccountQuotaName. Where Cornac has a limit it is that of RDS (UG CHAP_Limits), and the
 * action that makes the resource refuses more. It has none for instances, because hosts report that they have no
 * more room, and none for parameter groups. What cannot be made at all has the quota 0.
 */
export const accountQuotas = {
  AllocatedStorage: NO_LIMIT,
  AuthorizationsPerDBSecurityGroup: 0,
  CustomEndpointsPerDBCluster: 0,
  DBClusterParameterGroups: 0,
  DBClusterRoles: 0,
  DBClusters: 0,
  DBInstanceRoles: 0,
  DBInstances: NO_LIMIT,
  DBParameterGroups: NO_LIMIT,
  DBSecurityGroups: 0,
  DBSubnetGroups: 50,
  EventSubscriptions: 0,
  ManualClusterSnapshots: 0,
  ManualSnapshots: 100,
  OptionGroups: 20,
  ReadReplicasPerMaster: MAX_REPLICAS,
  ReservedDBInstances: 0,
  SubnetsPerDBSubnetGroup: 20,
} as const;

export type QuotaName = keyof typeof accountQuotas;
