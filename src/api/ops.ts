import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

/** A component that the gateway depends on. */
export interface ReadinessCheck {
  readonly name: string;
  /** Whether the gateway is useless without it. The inventory is required, Temporal is only reported. */
  readonly required: boolean;
  /** Rejects when the component is unreachable. */
  check(): Promise<unknown>;
}

export interface OpsOptions {
  readonly registry: Registry;
  readonly checks: readonly ReadinessCheck[];
  readonly logger: Logger;
  /** The certificates that clients of instances trust, in PEM. */
  readonly bundle: string;
  /** Time after which a check without a result counts as failed. */
  readonly checkTimeoutMs?: number;
}

/**
 * Endpoints for the operators of the gateway, unsigned, on a listener of their own: `/healthz` (the process
 * answers), `/readyz` (the components that the gateway requires are reachable, otherwise 503), `/metrics`
 * (Prometheus), and `/ca.pem`, the file for `sslrootcert` of the instances' clients.
 */
export function createOps({
  registry,
  checks,
  logger,
  bundle,
  checkTimeoutMs = 2_000,
}: OpsOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
  });

  app.get('/healthz', async () => ({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const states = await Promise.all(checks.map((check) => isUp(check, checkTimeoutMs)));
    const ready = checks.every((check, index) => !check.required || states[index]);
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not ready',
      checks: Object.fromEntries(checks.map(({ name }, index) => [name, states[index] ? 'up' : 'down'])),
    });
  });

  app.get('/ca.pem', async (_request, reply) => reply.type('application/x-pem-file').send(bundle));

  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return app;
}

function isUp(check: ReadinessCheck, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs, false);
    Promise.resolve()
      .then(() => check.check())
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer));
  });
}
