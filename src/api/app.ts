import { randomUUID } from 'node:crypto';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { CredentialStore } from '../config/credentials.ts';
import { neverThrow } from '../log/logger.ts';
import type { InvocationStore } from '../model/invocation.ts';
import type { Action } from './action.ts';
import type { Deps } from './deps.ts';
import { type ApiMetrics, createApiMetrics } from './metrics.ts';
import { authenticate } from './plugins/authentication.ts';
import { answerClientError, answerForNode } from './plugins/client-errors.ts';
import { createDispatch } from './plugins/dispatch.ts';
import { answerErrors, answerFrameworkError } from './plugins/errors.ts';
import { acceptRawBodies } from './plugins/raw-body.ts';
import { traceRequests } from './plugins/trace.ts';
import { createServices } from './services.ts';

export interface AppOptions {
  /** The operations of RDS that are offered; every other operation answers `InvalidAction`. */
  readonly actions: readonly Action[];
  readonly credentials: CredentialStore;
  readonly logger: Logger;
  /** Where absent, a retried call runs again. */
  readonly invocations?: InvocationStore;
  /** Whether an error means that the inventory cannot be reached now: the answer is then 503, which SDKs retry. */
  readonly isUnavailable?: (error: unknown) => boolean;
  readonly metrics?: ApiMetrics;
  /** Milliseconds since the epoch, for the age of signatures. */
  readonly now?: () => number;
  readonly limits?: Partial<Limits>;
}

/** Limits on what one client may use of the gateway. Times in milliseconds, sizes in bytes. */
export interface Limits {
  readonly bodySize: number;
  readonly headerSize: number;
  /** Deadline for the header (`headersTimeout`) and for the whole request (`requestTimeout`). */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** Interval at which Node checks these two deadlines. */
  readonly checkInterval: number;
  /** Limit for a connection without traffic, even while an answer is being prepared. */
  readonly idleTimeout: number;
  /** Time until a call with a used signature is refused. */
  readonly replayDelay: number;
}

const DEFAULT_LIMITS: Limits = {
  bodySize: 256 * 1024,
  headerSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  checkInterval: 5_000,
  idleTimeout: 75_000,
  replayDelay: 1_100,
};

/** `/rds/` is what the aws CLI makes of an endpoint with the path `/rds`. */
const PATHS = ['/', '/rds', '/rds/'];

/** The RDS endpoint, not yet listening. */
export function createApp(deps: Deps, options: AppOptions): FastifyInstance {
  const { metrics = createApiMetrics(), now = Date.now } = options;
  const logger = neverThrow(options.logger);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const services = createServices(options.actions);

  const app = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    routerOptions: { maxParamLength: 1 },
    exposeHeadRoutes: false,
    // A request that arrives while the gateway closes is answered as any other.
    return503OnClosing: false,
    bodyLimit: limits.bodySize,
    connectionTimeout: limits.idleTimeout,
    requestTimeout: limits.requestTimeout,
    http: {
      requireHostHeader: false,
      headersTimeout: limits.headersTimeout,
      maxHeaderSize: limits.headerSize,
      connectionsCheckingInterval: limits.checkInterval,
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerFrameworkError,
  });

  answerForNode(app.server);
  // Node would silently drop the headers after the thousandth, for example a second value of a signed header.
  // `maxHeaderSize` limits their total size.
  app.server.maxHeadersCount = 0;
  traceRequests(app, { logger, metrics });
  answerErrors(app, {
    bodyLimit: limits.bodySize,
    isUnavailable: options.isUnavailable ?? (() => false),
  });

  app.register(async (endpoint) => {
    acceptRawBodies(endpoint, limits.bodySize);
    authenticate(endpoint, {
      credentials: options.credentials,
      regions: deps.config.regions,
      services: [...services.keys()],
      now,
    });
    const dispatch = createDispatch({
      deps,
      services,
      invocations: options.invocations,
      replayDelay: limits.replayDelay,
    });
    for (const url of PATHS) {
      endpoint.route({
        method: ['GET', 'POST'],
        url,
        handler: async (request, reply) => reply.type('text/xml').send(await dispatch(request)),
      });
    }
  });
  return app;
}
