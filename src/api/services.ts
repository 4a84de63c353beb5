import { type Action, actionOf } from './action.ts';
import { compileOperation, type OperationSchema, rdsOperations, type Structure } from './protocol/schema.ts';
import { createEncoder, type Encoder } from './protocol/xml.ts';

/** An AWS service as clients see it here: the name in the scope of their signatures, and the actions. */
export interface Service {
  readonly name: string;
  readonly version: string;
  readonly xmlNamespace: string;
  /** Names of all actions that AWS has, including those that Cornac does not offer. */
  readonly known: ReadonlySet<string>;
  readonly offered: ReadonlyMap<string, OfferedAction>;
}

export interface OfferedAction {
  readonly action: Action;
  readonly input: Structure;
  readonly encode: Encoder;
}

const RDS = { name: 'rds', version: '2014-10-31', xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/' };
const STS = { name: 'sts', version: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' };

/** The namespace of answers to requests whose service is unknown. */
export const DEFAULT_XML_NAMESPACE = RDS.xmlNamespace;

/**
 * The services of this endpoint by name: RDS with `actions`, and the one action of STS that Terraform calls.
 */
export function createServices(actions: readonly Action[]): ReadonlyMap<string, Service> {
  const services = [
    { ...RDS, known: new Set(rdsOperations.keys()), offered: offer(actions, RDS.xmlNamespace) },
    {
      ...STS,
      known: new Set([getCallerIdentity.name]),
      offered: offer([getCallerIdentity], STS.xmlNamespace),
    },
  ];
  return new Map(services.map((service) => [service.name, service]));
}

function offer(actions: readonly Action[], xmlNamespace: string): ReadonlyMap<string, OfferedAction> {
  return new Map(
    actions.map((action) => {
      const operation = compileOperation(action.schema);
      return [
        action.name,
        { action, input: operation.input, encode: createEncoder(operation, xmlNamespace) },
      ];
    }),
  );
}

interface CallerIdentity {
  UserId: string;
  Account: string;
  Arn: string;
}

const NAMESPACE = 'com.amazonaws.sts';

/** The only action of STS, in the form of the SDK's schema, because one action does not justify a package. */
const GetCallerIdentity$: OperationSchema = [
  9,
  NAMESPACE,
  'GetCallerIdentity',
  0,
  [3, NAMESPACE, 'GetCallerIdentityRequest', 0, [], []],
  [3, NAMESPACE, 'GetCallerIdentityResponse', 0, ['UserId', 'Account', 'Arn'], [0, 0, 0]],
];

/** Terraform's AWS provider calls it once before it calls RDS. */
const getCallerIdentity = actionOf<object, CallerIdentity>(
  GetCallerIdentity$,
  async (_input, { accessKeyId, config }) => ({
    UserId: accessKeyId,
    Account: config.accountId,
    Arn: `arn:aws:iam::${config.accountId}:user/${accessKeyId}`,
  }),
);
