import type * as sdk from '@aws-sdk/client-rds';

/** Names of RDS's operations, including those that Cornac does not offer. */
export type ActionName = {
  [Export in keyof typeof sdk]: Export extends `${infer Name}Command` ? Name : never;
}[keyof typeof sdk];

type CommandOf<Name extends ActionName> = InstanceType<(typeof sdk)[`${Name}Command`]>;

/** The input of the operation of this name. */
export type InputOf<Name extends ActionName> = CommandOf<Name>['input'];

type OutputMembers<Name extends ActionName> = Omit<
  Awaited<ReturnType<ReturnType<CommandOf<Name>['resolveMiddleware']>>>['output'],
  '$metadata'
>;

/** The output of the operation of this name; undefined where AWS answers without a result. */
export type OutputOf<Name extends ActionName> = keyof OutputMembers<Name> extends never
  ? undefined
  : OutputMembers<Name>;
