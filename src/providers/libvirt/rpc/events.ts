import { type Domain, domain } from './structures.ts';
import { type Codec, int, string, struct } from './xdr.ts';

/** An event that libvirt sends to clients that have registered for it. */
export interface EventKind<T> {
  readonly procedure: number;
  /** `virDomainEventID`, for the registration. */
  readonly id: number;
  readonly message: Codec<T>;
}

/** `event`: 2 started, 5 stopped, 6 shut down; `detail` is the reason. */
export const lifecycleEvent: EventKind<{ callbackId: number; dom: Domain; event: number; detail: number }> = {
  procedure: 318,
  id: 0,
  message: struct({ callbackId: int, dom: domain, event: int, detail: int }),
};
export const deviceRemovedEvent: EventKind<{ callbackId: number; dom: Domain; alias: string }> = {
  procedure: 333,
  id: 15,
  message: struct({ callbackId: int, dom: domain, alias: string }),
};
