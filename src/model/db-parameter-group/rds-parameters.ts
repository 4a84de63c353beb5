import type { NewDefinition } from './definition.ts';

/**
 * The parameters of RDS itself that mean something here. PostgreSQL keeps their values without a meaning of its own;
 * scripts of the guest and Cornac's steps read them. UG Appendix.PostgreSQL.CommonDBATasks.Parameters.
 */
export const rdsParameters: readonly NewDefinition[] = [
  {
    name: 'rds.accepted_password_auth_method',
    dataType: 'string',
    isStatic: false,
    description: 'Force authentication for connections with passwords stored locally.',
    values: ['md5+scram', 'scram'],
  },
  {
    name: 'rds.allowed_extensions',
    dataType: 'string',
    isStatic: false,
    description: 'Restrict extensions to be allowed in the DB instance.',
  },
  {
    name: 'rds.extensions',
    dataType: 'string',
    isStatic: true,
    isModifiable: false,
    description: 'List of extensions provided by RDS.',
  },
  { name: 'rds.force_ssl', dataType: 'boolean', isStatic: false, description: 'Force SSL connections.' },
  {
    name: 'rds.log_retention_period',
    dataType: 'integer',
    isStatic: false,
    description: 'Amazon RDS will delete PostgreSQL log that are older than N minutes.',
    min: '1440',
    max: '10080',
  },
  {
    name: 'rds.logical_replication',
    dataType: 'boolean',
    isStatic: true,
    description: 'Enables logical decoding.',
  },
  {
    // Its 1 takes a hook in PostgreSQL that no package of Debian's has: docs/decisions/0003.
    name: 'rds.restrict_password_commands',
    dataType: 'boolean',
    isStatic: true,
    description: 'Restrict password-related commands to members of rds_password.',
    values: ['0'],
  },
];
