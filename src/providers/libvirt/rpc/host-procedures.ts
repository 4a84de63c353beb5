import { flags, remote } from './procedure.ts';
import { domain, list } from './structures.ts';
import { array, hyper, int, none, optional, string, struct } from './xdr.ts';

export const authList = remote('authList', 66, none, struct({ types: array(int, 20) }));
export const authPolkit = remote('authPolkit', 70, none, struct({ complete: int }));
export const connectOpen = remote('connectOpen', 1, struct({ name: optional(string), flags }), none);
export const connectSupportsFeature = remote(
  'connectSupportsFeature',
  60,
  struct({ feature: int }),
  struct({ supported: int }),
);
export const connectGetHostname = remote('connectGetHostname', 59, none, struct({ hostname: string }));
export const connectGetLibVersion = remote('connectGetLibVersion', 157, none, struct({ version: hyper }));
export const connectListAllDomains = remote(
  'connectListAllDomains',
  273,
  struct({ need_results: int, flags }),
  list(domain, 16_384),
);
export const connectDomainEventRegister = remote(
  'connectDomainEventRegister',
  316,
  struct({ eventId: int, dom: optional(domain) }),
  struct({ callbackId: int }),
);
export const nodeGetMemoryStats = remote(
  'nodeGetMemoryStats',
  228,
  struct({ nparams: int, cell: int, flags }),
  struct({ params: array(struct({ field: string, value: hyper }), 16), nparams: int }),
);
