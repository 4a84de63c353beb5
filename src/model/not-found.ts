import { AwsError } from './errors.ts';

/** Code of the fault and words of RDS, by the resource. The name of the resource replaces `{}`. */
const FAULTS = {
  blueGreenDeployment: ['BlueGreenDeploymentNotFoundFault', 'BlueGreenDeployment {} not found.'],
  capacityReservation: ['DBCapacityReservationNotFound', 'DBCapacityReservation {} not found.'],
  cluster: ['DBClusterNotFoundFault', 'DBCluster {} not found.'],
  clusterAutomatedBackup: [
    'DBClusterAutomatedBackupNotFoundFault',
    'DB cluster automated backup {} not found.',
  ],
  clusterParameterGroup: ['DBParameterGroupNotFound', 'DBClusterParameterGroup not found: {}'],
  clusterSnapshot: ['DBClusterSnapshotNotFoundFault', 'DBClusterSnapshot {} not found.'],
  eventSubscription: ['SubscriptionNotFound', 'Subscription {} not found.'],
  exportTask: ['ExportTaskNotFound', 'Export task {} not found.'],
  globalCluster: ['GlobalClusterNotFoundFault', 'Global cluster {} not found.'],
  integration: ['IntegrationNotFoundFault', 'Integration {} not found.'],
  maintainedResource: ['ResourceNotFoundFault', 'The specified resource {} was not found.'],
  proxy: ['DBProxyNotFoundFault', 'DBProxy {} not found.'],
  proxyEndpoint: ['DBProxyEndpointNotFoundFault', 'DBProxyEndpoint {} not found.'],
  reservedInstance: ['ReservedDBInstanceNotFound', 'ReservedDBInstance {} not found.'],
  reservedInstancesOffering: [
    'ReservedDBInstancesOfferingNotFound',
    'ReservedDBInstancesOffering {} not found.',
  ],
  securityGroup: ['DBSecurityGroupNotFound', 'Security Group {} not found.'],
  shardGroup: ['DBShardGroupNotFound', 'DBShardGroup {} not found.'],
} as const;

/** A resource of RDS that Cornac never has under any name. */
export type AbsentResource = keyof typeof FAULTS;

export const absentResources = Object.keys(FAULTS) as readonly AbsentResource[];

/** The fault for a name of a resource that Cornac never has. */
export function notFoundFault(resource: AbsentResource, name: string): AwsError {
  const [code, words] = FAULTS[resource];
  // A function, because the name may contain characters that replace() gives a meaning.
  return new AwsError(
    code,
    404,
    words.replace('{}', () => name),
  );
}
