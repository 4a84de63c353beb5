import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/** Returns `undefined` for a payload that cannot be decoded, because Cornac did not write it. */
export function readPayload(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}
