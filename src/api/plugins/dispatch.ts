import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.ts';
import {
  invalidAction,
  malformedInput,
  missingAction,
  missingRequiredParameter,
  notOffered,
} from '../../model/errors.ts';
import type { Invocation, InvocationStore } from '../../model/invocation.ts';
import type { Owner } from '../../model/owner.ts';
import { logFieldsOf } from '../../model/resource.ts';
import type { Deps } from '../deps.ts';
import { decodeInput, type Parameters, parseForm } from '../protocol/query.ts';
import { sensitiveValues } from '../protocol/sensitive.ts';
import type { OfferedAction, Service } from '../services.ts';
import { rawBody } from './raw-body.ts';
import { runOnce } from './run-once.ts';

export interface DispatchOptions {
  readonly deps: Deps;
  readonly services: ReadonlyMap<string, Service>;
  readonly invocations: InvocationStore | undefined;
  /** Milliseconds until a call with a used signature is refused. */
  readonly replayDelay: number;
}

/** The handler of the endpoint: turns an authenticated request into the XML of its answer. */
export function createDispatch({ deps, services, invocations, replayDelay }: DispatchOptions) {
  const ownerIn = createOwners(deps.config);
  return async (request: FastifyRequest): Promise<Buffer> => {
    const { caller, trace } = request;
    const parameters = [...caller.query, ...parseForm(rawBody(request.body))];
    const { action, input: shape, encode } = findAction(services, request, parameters);

    const input = decodeInput(shape, parameters);
    trace.secrets = sensitiveValues(shape, input);
    trace.log = trace.log.child({ action: action.name, ...logFieldsOf(input) });

    const invocation = action.mutates && invocations ? readInvocation(request) : undefined;
    const context = {
      ...deps,
      requestId: request.id,
      accessKeyId: caller.accessKeyId,
      owner: ownerIn(caller.region),
      log: trace.log,
      invocation,
    };
    const result = await runOnce(() => action.run(input, context), { invocation, invocations, replayDelay });
    return encode(result, request.id);
  };
}

/** The owner by region. Answers are cached by this object: `once` in the view of instances. */
function createOwners({ regions, accountId }: Pick<Config, 'regions' | 'accountId'>) {
  const owners = new Map<string, Owner>(
    regions.map((region) => [region, Object.freeze({ region, regions, accountId })]),
  );
  return (region: string): Owner => owners.get(region) ?? { region, regions, accountId };
}

function findAction(
  services: DispatchOptions['services'],
  { caller, trace }: FastifyRequest,
  parameters: Parameters,
): OfferedAction {
  const service = services.get(caller.service);
  const name = single(parameters, 'Action');
  if (!name || !service) throw missingAction();
  trace.xmlNamespace = service.xmlNamespace;
  if (service.known.has(name)) trace.action = name;

  const version = single(parameters, 'Version');
  if (!version) throw missingRequiredParameter('Version');
  if (version !== service.version || !service.known.has(name)) throw invalidAction(name, version);
  const offered = service.offered.get(name);
  if (!offered) throw notOffered(name);
  return offered;
}

function single(parameters: Parameters, name: string): string | undefined {
  const [first, ...more] = parameters.filter(([path]) => path === name);
  if (more.length > 0) throw malformedInput(`The parameter ${name} is given more than once.`);
  return first?.[1];
}

function readInvocation({ headers, caller }: FastifyRequest): Invocation {
  const { accessKeyId, fingerprint, signature, goodUntil } = caller;
  const id = headers['amz-sdk-invocation-id'];
  const isId = typeof id === 'string' && /^[\x21-\x7e]{1,128}$/.test(id);
  return { id: isId ? id : undefined, accessKeyId, fingerprint, signature, goodUntil };
}
