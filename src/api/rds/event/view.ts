import type { Event, SourceType } from '@aws-sdk/client-rds';
import type { Config } from '../../../config/config.ts';
import type { RecordedEvent } from '../../../inventory/events.ts';
import { kindOfSourceType } from '../../../model/resource.ts';
import { resourceArn } from '../resource-arn.ts';

/** The event as RDS shows it. */
export function toEvent(event: RecordedEvent, config: Pick<Config, 'regions' | 'accountId'>): Event {
  const { sourceIdentifier: name } = event;
  const kind = kindOfSourceType(event.sourceType);
  return {
    SourceIdentifier: name,
    SourceType: event.sourceType as SourceType,
    Message: event.message,
    EventCategories: event.categories,
    Date: event.date,
    SourceArn: kind && resourceArn({ kind, name }, config),
  };
}
