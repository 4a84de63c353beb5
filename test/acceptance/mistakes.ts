/** Mistakes on the command line: the command, and the message that the user gets. */
export const mistakes: readonly (readonly [what: string, args: readonly string[], told: RegExp])[] = [
  [
    'a DB instance class that does not exist',
    create({ '--db-instance-class': 'db.t9.nano' }),
    /\(InvalidParameterValue\).*CreateDBInstance operation: Invalid DB Instance class: db\.t9\.nano/,
  ],
  [
    'a name that is taken',
    create({ '--db-instance-identifier': 'Test0' }),
    /\(DBInstanceAlreadyExists\).*: DB instance already exists/,
  ],
  [
    'no password',
    create({ '--master-user-password': undefined }),
    /\(InvalidParameterValue\).*: The parameter MasterUserPassword must be provided and must not be blank\./,
  ],
  [
    'a password with a character that RDS does not allow',
    create({ '--master-user-password': 'C0nfidentiel@home' }),
    /\(InvalidParameterValue\).*Only printable ASCII characters besides '\/', '@', '"' may be used\./,
  ],
  [
    'another engine',
    create({ '--engine': 'mysql' }),
    /\(InvalidParameterValue\).*: Invalid DB engine: mysql\. This endpoint offers postgres\./,
  ],
  [
    'a retention period that RDS does not take',
    create({ '--backup-retention-period': '36' }),
    /\(InvalidParameterValue\).*: Invalid backup retention period: 36\. It must be from 0 to 35 days\./,
  ],
  [
    'a standby',
    [...create({}), '--multi-az'],
    /\(InvalidParameterValue\).*MultiAZ asks for what this endpoint does not offer yet: a standby in another zone\./,
  ],
  [
    'an identifier that is none',
    create({ '--db-instance-identifier': '0-test--' }),
    /\(InvalidParameterValue\).*DBInstanceIdentifier is not a valid identifier\. Identifiers must begin with a letter; must contain only/,
  ],
  [
    'an instance that is not there',
    ['describe-db-instances', '--db-instance-identifier', 'nobody'],
    /\(DBInstanceNotFound\).*DescribeDBInstances operation: DBInstance nobody not found\./,
  ],
  [
    'storage that shrinks',
    ['modify-db-instance', '--db-instance-identifier', 'test0', '--allocated-storage', '5'],
    /\(InvalidParameterCombination\).*Allocated storage cannot shrink: it is 6 GiB, 5 GiB were requested\./,
  ],
  [
    'a deletion without a decision about the final snapshot',
    ['delete-db-instance', '--db-instance-identifier', 'test0'],
    /\(InvalidParameterCombination\).*FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified\./,
  ],
  [
    'an action that is not offered',
    ['create-global-cluster', '--global-cluster-identifier', 'global'],
    /\(InvalidAction\).*The action CreateGlobalCluster is not offered by this endpoint\./,
  ],
];

/** The walk-through's command with some options changed or left out. */
function create(changes: Readonly<Record<string, string | undefined>>): string[] {
  const options = {
    '--db-instance-identifier': 'test1',
    '--db-instance-class': 'db.t2.micro',
    '--engine': 'postgres',
    '--allocated-storage': '5',
    '--master-username': 'postgres',
    '--master-user-password': 'C0nfidentiel',
    ...changes,
  };
  return [
    'create-db-instance',
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
  ];
}
