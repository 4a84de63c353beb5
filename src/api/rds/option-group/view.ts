import type { OptionGroup as WireOptionGroup } from '@aws-sdk/client-rds';
import type { OptionGroup } from '../../../model/option-group/option-group.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceArn } from '../resource-arn.ts';

/** The group as RDS shows it. The members about its source are absent where it is no copy. */
export function toOptionGroup(
  { name, majorVersion, description, source, createdAt }: OptionGroup,
  owner: Owner,
): WireOptionGroup {
  return {
    OptionGroupName: name,
    OptionGroupDescription: description,
    EngineName: 'postgres',
    MajorEngineVersion: majorVersion,
    Options: [],
    AllowsVpcAndNonVpcInstanceMemberships: true,
    OptionGroupArn: resourceArn({ kind: 'option-group', name }, owner),
    ...(source !== null && {
      SourceOptionGroup: source,
      SourceAccountId: owner.accountId,
      SourceRegion: owner.region,
      CopyTimestamp: createdAt ?? undefined,
    }),
  };
}
