/** The operations that a resource of Terraform's AWS provider calls over its life. */
const TERRAFORM: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ['CreateDBInstance', 'DescribeDBInstances', 'ModifyDBInstance', 'DeleteDBInstance'],
  aws_db_option_group: [
    'CreateOptionGroup',
    'DescribeOptionGroups',
    'ListTagsForResource',
    'DeleteOptionGroup',
  ],
  aws_db_parameter_group: [
    'CreateDBParameterGroup',
    'ModifyDBParameterGroup',
    'DescribeDBParameterGroups',
    'DescribeDBParameters',
    'ListTagsForResource',
    'DeleteDBParameterGroup',
  ],
  aws_db_snapshot: [
    'CreateDBSnapshot',
    'DescribeDBSnapshots',
    'DescribeDBSnapshotAttributes',
    'DeleteDBSnapshot',
  ],
  aws_db_subnet_group: [
    'CreateDBSubnetGroup',
    'DescribeDBSubnetGroups',
    'ListTagsForResource',
    'DeleteDBSubnetGroup',
  ],
};

/** The operations that modules of Ansible's collection amazon.aws call. */
const ANSIBLE: Readonly<Record<string, readonly string[]>> = {
  rds_instance: [
    'CreateDBInstance',
    'DescribeDBInstances',
    'ModifyDBInstance',
    'DeleteDBInstance',
    'ListTagsForResource',
    'AddTagsToResource',
    'RemoveTagsFromResource',
  ],
  rds_instance_info: ['DescribeDBInstances', 'ListTagsForResource'],
};

/** `DescribeDBInstances` as `describe-db-instances`. */
function withBetween(separator: string, operation: string): string {
  return operation
    .replace(/([a-z\d])([A-Z])/g, `$1${separator}$2`)
    .replace(/([A-Z])([A-Z][a-z])/g, `$1${separator}$2`)
    .toLowerCase();
}

/** Whether the text has the word, with no other part of a name beside it. */
function names(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text);
}

/** The clients that call the operation in these texts of tests. */
export function clientsOf(operation: string, texts: readonly string[]): string[] {
  const calls = (word: string) => texts.some((text) => names(text, word));
  const calledBy = (kinds: typeof ANSIBLE, use: (kind: string) => string) =>
    Object.entries(kinds).some(
      ([kind, operations]) =>
        operations.includes(operation) && texts.some((text) => text.includes(use(kind))),
    );
  return [
    ...(calls(withBetween('-', operation)) ? ['aws CLI'] : []),
    ...(calls(withBetween('_', operation)) ? ['boto3'] : []),
    ...(calls(`${operation}Command`) ? ['JavaScript SDK'] : []),
    ...(calledBy(TERRAFORM, (type) => `resource "${type}"`) ? ['Terraform'] : []),
    ...(calledBy(ANSIBLE, (module) => `amazon.aws.${module}:`) ? ['Ansible'] : []),
  ];
}
