import type { Rooms } from './walls.ts';

/**
 * The architecture: what each folder may import beside its own files, from the ground up. A folder may import
 * only folders above it in this list, so no circle is possible. What gateways and workers share (inventory,
 * reconcile, temporal) imports neither of them.
 */
export const ARCHITECTURE: Rooms = {
  /** Code for the operating system and for protocols, without knowledge of Cornac. */
  'src/system': { from: [], packages: ['node:*'] },
  /** The domain: pure, because workflows import it. */
  'src/model': { from: [], packages: [] },
  'src/log': { from: ['src/system'], packages: ['node:*', 'pino'] },
  'src/config': { from: ['src/system'], packages: ['node:*', 'smol-toml'] },
  'src/authority': {
    from: ['src/config', 'src/model', 'src/system'],
    packages: ['node:*', '@peculiar/asn1-schema', '@peculiar/asn1-x509'],
  },
  'src/ssh': { from: ['src/system'], packages: ['node:*', 'ssh2'] },
  'src/supervisor': { from: ['src/system'], packages: ['node:*'] },
  /** The work inside a machine, over SSH. */
  'src/guest': {
    from: ['src/authority', 'src/model', 'src/ssh', 'src/system'],
    packages: ['node:*'],
  },

  /**
   * The port to the places of machines. Providers import neither Temporal nor the inventory, nor each other.
   */
  'src/providers': {
    from: ['src/guest/machine.ts', 'src/model', 'src/ssh/algorithms.ts', 'src/ssh/target.ts', 'src/system'],
    packages: ['node:*', 'ssh2'],
  },
  'src/providers/local': {
    from: [
      'src/providers',
      'src/guest/exit-status.ts',
      'src/guest/scripts.ts',
      'src/model',
      'src/ssh/key-pair.ts',
      'src/system',
    ],
    packages: ['node:*', 'zod'],
  },
  'src/providers/libvirt': {
    from: ['src/providers', 'src/model', 'src/ssh/key-pair.ts', 'src/system'],
    packages: ['node:*', 'fast-xml-parser'],
  },
  'src/providers/vsphere': {
    from: ['src/providers', 'src/model', 'src/ssh/error.ts', 'src/ssh/target.ts', 'src/system'],
    packages: ['node:*', 'fast-xml-parser', 'undici', 'xmlbuilder2', 'zod'],
  },
  /** Opens provider, SSH and guest from the settings: the only folder that imports all providers. */
  'src/machines': {
    from: [
      'src/authority',
      'src/config',
      'src/guest',
      'src/model',
      'src/providers',
      'src/providers/libvirt',
      'src/providers/local',
      'src/providers/vsphere',
      'src/ssh',
      'src/system',
    ],
    packages: ['node:*', 'ssh2'],
  },

  /** The only access to the database. */
  'src/inventory': {
    from: ['src/config/config-error.ts', 'src/model', 'src/system/has-code.ts'],
    packages: ['node:*', '@prisma/adapter-pg', 'pg'],
  },
  /** Compares machines with the inventory, and repairs differences. */
  'src/reconcile': {
    from: ['src/guest', 'src/inventory', 'src/model', 'src/providers', 'src/system'],
    packages: ['node:*'],
  },
  /** Reads the logs of servers for gateways, which reach no machine. */
  'src/log-files': {
    from: ['src/guest', 'src/inventory', 'src/model', 'src/providers', 'src/system'],
    packages: ['node:*'],
  },
  /** All clients of Temporal. */
  'src/temporal': {
    from: ['src/config', 'src/inventory', 'src/model', 'src/ssh/command.ts', 'src/system'],
    packages: ['node:*', '@grpc/grpc-js', '@temporalio/client', '@temporalio/common', 'pino'],
  },
  'src/activities': {
    from: [
      'src/config',
      'src/guest',
      'src/inventory',
      'src/model',
      'src/providers',
      'src/reconcile',
      'src/ssh',
      'src/system',
      'src/temporal',
    ],
    packages: ['node:*', '@temporalio/activity', '@temporalio/client', '@temporalio/common'],
  },
  /** Runs in Temporal's sandbox, which has neither Node nor a clock. */
  'src/workflows': { from: ['src/model'], types: ['src/activities'], packages: ['@temporalio/workflow'] },

  'src/api': {
    from: ['src/api/protocol', 'src/config', 'src/inventory', 'src/log', 'src/model'],
    packages: ['node:*', 'fastify', 'pino', 'prom-client'],
  },
  /** AWS's protocol, from bytes to parameters and back. */
  'src/api/protocol': {
    from: ['src/model'],
    packages: ['node:*', '@aws-sdk/client-rds', '@smithy/core'],
  },
  /** Rules of AWS that apply to many actions. */
  'src/api/request': { from: ['src/model'], packages: [] },
  /** The actions, one file each, by resource. */
  'src/api/rds': {
    from: ['src/api', 'src/api/request', 'src/config', 'src/inventory', 'src/model', 'src/system'],
    packages: ['@aws-sdk/client-rds'],
  },

  /** Composes the processes. */
  'src/processes': {
    from: [
      'src/activities',
      'src/api',
      'src/api/rds',
      'src/authority',
      'src/config',
      'src/inventory',
      'src/log',
      'src/log-files',
      'src/machines',
      'src/model',
      'src/providers',
      'src/reconcile',
      'src/system',
      'src/temporal',
    ],
    packages: [
      'node:*',
      '@grpc/grpc-js',
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/worker',
      'pino',
      'prom-client',
    ],
  },
  'src/check': {
    from: [
      'src/config',
      'src/inventory',
      'src/machines',
      'src/processes',
      'src/providers',
      'src/system',
      'src/temporal',
    ],
    packages: ['node:*', '@temporalio/client'],
  },
  'src/up': {
    from: [
      'src/authority',
      'src/config',
      'src/inventory',
      'src/machines',
      'src/processes',
      'src/providers',
      'src/reconcile',
      'src/supervisor',
      'src/system',
      'src/temporal',
    ],
    packages: ['node:*', '@temporalio/client', '@temporalio/common'],
  },
  'src/cli': {
    from: [
      'src/check',
      'src/config',
      'src/inventory',
      'src/log',
      'src/machines',
      'src/model',
      'src/processes',
      'src/providers',
      'src/reconcile',
      'src/supervisor',
      'src/system',
      'src/temporal',
      'src/up',
    ],
    packages: ['node:*', '@temporalio/client', 'commander', 'pino', 'smol-toml'],
  },

  /**
   * Sees Cornac as its users do, and imports nothing of src. The Temporal that it starts is not part of
   * Cornac.
   */
  'test/acceptance': {
    from: ['test/support/any-tls.ts', 'test/support/temporal.ts', 'test/support/wait-until.ts'],
    packages: ['node:*', '@aws-sdk/client-rds', '@temporalio/client', 'pg'],
  },
};
