import type { Event, SourceType } from '@aws-sdk/client-rds';
import type { RecordedEvent } from '../../../inventory/events.ts';
import type { Owner } from '../../../model/owner.ts';
import { kindOfSourceType } from '../../../model/resource.ts';
import { resourceArn } from '../resource-arn.ts';

/** The event as RDS shows it. */
export function toEvent(event: RecordedEvent, owner: Owner): Event {
  const { sourceIdentifier: name } = event;
  const kind = kindOfSourceType(event.sourceType);
  return {
    SourceIdentifier: name,
    SourceType: event.sourceType as SourceType,
    Message: event.message,
    EventCategories: event.categories,
    Date: event.date,
    SourceArn: kind && resourceArn({ kind, name }, owner),
  };
}
