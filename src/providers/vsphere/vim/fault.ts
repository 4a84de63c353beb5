import { list } from './decode.ts';

/**
 * vCenter received the call, and the call or its task failed. `fault` is the fault's name, e.g.
 * `NotAuthenticated`.
 */
export class VimFault extends Error {
  override readonly name = 'VimFault';
  readonly fault: string;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(fault: string, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message ? `${fault}: ${message}` : fault);
    this.fault = fault;
    this.detail = detail;
  }
}

/** The call or its answer was lost: the outcome is unknown. */
export class VimUnreachable extends Error {
  override readonly name = 'VimUnreachable';
}

/** The certificate is not trusted: the server may not be the requested one. */
export class VimUntrusted extends Error {
  override readonly name = 'VimUntrusted';
  /** Whether it is not the certificate of thumbprint=. */
  readonly isOther: boolean;

  constructor(message: string, { isOther = false } = {}) {
    super(message);
    this.isOther = isOther;
  }
}

export function isFault(error: unknown, ...names: string[]): error is VimFault {
  return error instanceof VimFault && names.includes(error.fault);
}

type Node = Record<string, unknown>;
function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** From the `Fault` of a SOAP body, whose detail holds one element such as `NotAuthenticatedFault`. */
export function soapFault(fault: unknown): VimFault {
  const { faultstring, detail } = isNode(fault) ? fault : {};
  const [element, content] = isNode(detail) ? (Object.entries(detail)[0] ?? []) : [];
  const type = isNode(content) && typeof content.$type === 'string' ? content.$type : undefined;
  const name = type ?? element?.replace(/Fault$/, '') ?? 'RuntimeFault';
  return new VimFault(name, String(faultstring ?? ''), isNode(content) ? content : {});
}

/** From a `LocalizedMethodFault`, as tasks and missing properties have it. */
export function localizedFault(value: unknown): VimFault {
  const { fault, localizedMessage } = isNode(value) ? value : {};
  const detail = isNode(fault) ? fault : {};
  const reasons = list(detail.faultMessage).map((text) => (isNode(text) ? String(text.message ?? '') : ''));
  const message = [localizedMessage, ...reasons].filter(Boolean).join('; ');
  return new VimFault(typeof detail.$type === 'string' ? detail.$type : 'RuntimeFault', message, detail);
}
