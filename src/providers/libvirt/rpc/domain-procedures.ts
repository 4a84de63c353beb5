import { byName, flags, type Procedure, Program, remote, xml } from './procedure.ts';
import { type Domain, domain, guestInterface } from './structures.ts';
import { array, hyper, int, none, optional, present, string, struct, uint } from './xdr.ts';

const dom = struct<{ dom: Domain }>({ dom: domain });
const domFlags = struct<{ dom: Domain; flags: number }>({ dom: domain, flags });
const domXml = struct<{ dom: Domain; xml: string; flags: number }>({ dom: domain, xml: string, flags });

export const domainLookupByName = remote('domainLookupByName', 23, byName, dom);
export const domainGetXmlDesc = remote('domainGetXmlDesc', 14, domFlags, xml);
export const domainDefineXmlFlags = remote('domainDefineXmlFlags', 350, struct({ xml: string, flags }), dom);
export const domainUndefineFlags = remote('domainUndefineFlags', 231, domFlags, none);
export const domainCreateWithFlags = remote('domainCreateWithFlags', 196, domFlags, dom);
export const domainShutdownFlags = remote('domainShutdownFlags', 258, domFlags, none);
export const domainDestroyFlags = remote('domainDestroyFlags', 234, domFlags, none);
/** Whether the domain's memory is in a file, from which its next start resumes it. */
export const domainHasManagedSaveImage = remote(
  'domainHasManagedSaveImage',
  183,
  domFlags,
  struct({ result: int }),
);
export const domainResume = remote('domainResume', 28, dom, none);
export const domainSetMetadata = remote(
  'domainSetMetadata',
  264,
  struct<{ dom: Domain; type: number; metadata: string; key: string; uri: string; flags: number }>({
    dom: domain,
    type: int,
    metadata: present(string),
    key: present(string),
    uri: present(string),
    flags,
  }),
  none,
);
export const domainGetState = remote('domainGetState', 212, domFlags, struct({ state: int, reason: int }));
/** `errors`: `disk` is the target of a disk; `error` is 2 for no space left, 1 for any other error. */
export const domainGetDiskErrors = remote(
  'domainGetDiskErrors',
  263,
  struct<{ dom: Domain; maxErrors: number; flags: number }>({ dom: domain, maxErrors: int, flags }),
  struct({ errors: array(struct({ disk: string, error: int }), 256), nerrors: int }),
);
/** Sizes in KiB, of the running domain, or of the definition of a domain that is off. */
export const domainGetInfo = remote(
  'domainGetInfo',
  16,
  dom,
  struct({ state: uint, maxMem: hyper, memory: hyper, nrVirtCpu: uint, cpuTime: hyper }),
);
export const domainBlockResize = remote(
  'domainBlockResize',
  251,
  struct<{ dom: Domain; disk: string; size: number; flags: number }>({
    dom: domain,
    disk: string,
    size: hyper,
    flags,
  }),
  none,
);
export const domainDetachDeviceFlags = remote('domainDetachDeviceFlags', 161, domXml, none);
export const domainUpdateDeviceFlags = remote('domainUpdateDeviceFlags', 174, domXml, none);
export const domainInterfaceAddresses = remote(
  'domainInterfaceAddresses',
  353,
  struct<{ dom: Domain; source: number; flags: number }>({ dom: domain, source: uint, flags }),
  struct({ ifaces: array(guestInterface, 2048) }),
);
export const domainAgentCommand: Procedure<
  { dom: Domain; cmd: string; timeout: number; flags: number },
  { result: string | undefined }
> = {
  name: 'domainAgentCommand',
  program: Program.qemu,
  number: 3,
  args: struct({ dom: domain, cmd: string, timeout: int, flags }),
  ret: struct({ result: optional(string) }),
};
