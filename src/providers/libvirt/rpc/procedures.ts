// Numbers and structures of `remote_protocol.x` and `qemu_protocol.x`, which are libvirt's stable wire ABI.
export * from './domain-procedures.ts';
export * from './events.ts';
export * from './host-procedures.ts';
export * from './network-procedures.ts';
export * from './storage-procedures.ts';
