import type { Event, SourceType } from '@aws-sdk/client-rds';
import type { Config } from '../../../config/config.ts';
import type { RecordedEvent } from '../../../inventory/events.ts';
import { instanceArn } from '../db-instance/view.ts';

/** The event as RDS shows it. All events are of DB instances so far. */
export function toEvent(event: RecordedEvent, config: Pick<Config, 'regions' | 'accountId'>): Event {
  return {
    SourceIdentifier: event.sourceIdentifier,
    SourceType: event.sourceType as SourceType,
    Message: event.message,
    EventCategories: event.categories,
    Date: event.date,
    SourceArn: instanceArn(event.sourceIdentifier, config),
  };
}
