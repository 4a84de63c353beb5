import {
  AddTagsToResourceCommand,
  type AddTagsToResourceMessage,
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  type DBInstance,
  DeleteDBInstanceCommand,
  type DeleteDBInstanceMessage,
  DescribeDBInstancesCommand,
  type DescribeDBInstancesMessage,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceMessage,
  RDSClient,
  RDSServiceException,
  RebootDBInstanceCommand,
  type RebootDBInstanceMessage,
  RemoveTagsFromResourceCommand,
  type RemoveTagsFromResourceMessage,
  StartDBInstanceCommand,
  type StartDBInstanceMessage,
  StopDBInstanceCommand,
  type StopDBInstanceMessage,
} from '@aws-sdk/client-rds';
import { Boto3Error, startBoto3 } from '../acceptance/boto3.ts';
import { type Access, clientEnvironment } from '../acceptance/stack.ts';
import type { Outcome } from '../support/chaos/journal.ts';

/** A call with the members of AWS's API. */
export type ApiRequest =
  | { readonly action: 'CreateDBInstance'; readonly input: CreateDBInstanceMessage }
  | { readonly action: 'DeleteDBInstance'; readonly input: DeleteDBInstanceMessage }
  | { readonly action: 'RebootDBInstance'; readonly input: RebootDBInstanceMessage }
  | { readonly action: 'StopDBInstance'; readonly input: StopDBInstanceMessage }
  | { readonly action: 'StartDBInstance'; readonly input: StartDBInstanceMessage }
  | { readonly action: 'ModifyDBInstance'; readonly input: ModifyDBInstanceMessage }
  | { readonly action: 'AddTagsToResource'; readonly input: AddTagsToResourceMessage }
  | { readonly action: 'RemoveTagsFromResource'; readonly input: RemoveTagsFromResourceMessage }
  | { readonly action: 'DescribeDBInstances'; readonly input: DescribeDBInstancesMessage };

export interface ApiAnswer {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly instance?: DBInstance | undefined;
  readonly instances?: readonly DBInstance[] | undefined;
}

/** A client with its own kind of retries. */
export interface Api {
  readonly name: string;
  send(request: ApiRequest): Promise<ApiAnswer>;
  close(): Promise<void>;
}

type Result = { DBInstance?: DBInstance; DBInstances?: DBInstance[] };

function acknowledged(result: object): ApiAnswer {
  const { DBInstance: instance, DBInstances: instances }: Result = result;
  return { outcome: 'acknowledged', instance, instances };
}

function dispatch(rds: RDSClient, request: ApiRequest): Promise<object> {
  switch (request.action) {
    case 'CreateDBInstance':
      return rds.send(new CreateDBInstanceCommand(request.input));
    case 'DeleteDBInstance':
      return rds.send(new DeleteDBInstanceCommand(request.input));
    case 'RebootDBInstance':
      return rds.send(new RebootDBInstanceCommand(request.input));
    case 'StopDBInstance':
      return rds.send(new StopDBInstanceCommand(request.input));
    case 'StartDBInstance':
      return rds.send(new StartDBInstanceCommand(request.input));
    case 'ModifyDBInstance':
      return rds.send(new ModifyDBInstanceCommand(request.input));
    case 'AddTagsToResource':
      return rds.send(new AddTagsToResourceCommand(request.input));
    case 'RemoveTagsFromResource':
      return rds.send(new RemoveTagsFromResourceCommand(request.input));
    case 'DescribeDBInstances':
      return rds.send(new DescribeDBInstancesCommand(request.input));
    default:
      return request satisfies never;
  }
}

/** A client with a timeout for servers that do not answer, for example a suspended one. */
export function createImpatientRds(access: Access, maxAttempts: number): RDSClient {
  return new RDSClient({
    endpoint: access.endpoint,
    region: access.region,
    credentials: { accessKeyId: access.accessKeyId, secretAccessKey: access.secretAccessKey },
    maxAttempts,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 12_000, throwOnRequestTimeout: true },
  });
}

/** The JavaScript SDK. Its retries are rationed per client, so each call has a client of its own. */
export function createJavaScriptApi(
  access: Access,
  { maxAttempts = 8, name = 'the JavaScript SDK' }: { maxAttempts?: number; name?: string } = {},
): Api {
  return {
    name,
    async send(request) {
      const rds = createImpatientRds(access, maxAttempts);
      try {
        return acknowledged(await dispatch(rds, request));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const status = error instanceof RDSServiceException ? error.$metadata.httpStatusCode : undefined;
        const isRefused = status !== undefined && status >= 400 && status < 500;
        return { outcome: isRefused ? 'refused' : 'unanswered', code: error.name };
      } finally {
        rds.destroy();
      }
    },
    close: async () => {},
  };
}

/**
 * boto3 raises errors of the server and errors of its own. Only the code distinguishes a refusal from the
 * rest.
 */
const unanswered = /Error$|^ServiceUnavailable$|^InternalFailure$|^[5]\d\d$/;

/** boto3, which signs and retries in its own way. */
export function createBoto3Api(access: Access): Api {
  const env = { ...clientEnvironment(access), AWS_RETRY_MODE: 'standard', AWS_MAX_ATTEMPTS: '6' };
  const boto3 = startBoto3({ env });
  return {
    name: 'boto3',
    async send({ action, input }) {
      const method = action.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
      try {
        return acknowledged(await boto3.call(method.replace('dbinstance', 'db_instance'), { ...input }));
      } catch (error) {
        if (!(error instanceof Boto3Error)) throw error;
        return { outcome: unanswered.test(error.code) ? 'unanswered' : 'refused', code: error.code };
      }
    },
    close: () => boto3.stop(),
  };
}
