import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/** What cannot be read was not written by us: `undefined`. */
export function readPayload(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}
