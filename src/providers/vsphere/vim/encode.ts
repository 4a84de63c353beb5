import { create } from 'xmlbuilder2';
import { type Method, type TypeName, types, type Value, variants } from './schema.ts';

type Node = Record<string, unknown>;

/**
 * The SOAP envelope of a call.
 * @throws TypeError where the input has fields that the schema table does not know
 */
export function encodeCall<M extends Method>(method: M, input: Value<M>): string {
  return create({ version: '1.0', encoding: 'UTF-8' }, {
    'soapenv:Envelope': {
      '@xmlns:soapenv': 'http://schemas.xmlsoap.org/soap/envelope/',
      '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      '@xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
      'soapenv:Body': { [method]: { '@xmlns': 'urn:vim25', ...encodeType(method, input) } },
    },
  } as object).end();
}

function encodeType(name: TypeName, value: object): Node {
  const fields: Record<string, string> = types[name];
  const given = new Map<string, unknown>(Object.entries(value));
  for (const field of given.keys()) {
    if (field !== '$type' && !(field in fields)) throw new TypeError(`${name} has no ${field}`);
  }
  const node: Node = {};
  for (const [field, kind] of Object.entries(fields)) {
    const content = given.get(field);
    if (content !== undefined) node[field] = encodeKind(kind.replace(/\?$/, ''), content);
    else if (!/(\?|\[\])$/.test(kind)) throw new TypeError(`${name} needs ${field}`);
  }
  return node;
}

function encodeKind(kind: string, value: unknown): unknown {
  if (kind.endsWith('[]')) return (value as unknown[]).map((item) => encodeKind(kind.slice(0, -2), item));
  switch (kind) {
    case 'string':
    case 'int':
    case 'bool':
      return { '#': text(value) };
    case 'any':
      return { '@xsi:type': 'xsd:string', '#': text(value) };
    case 'ref': {
      const { type, value: id } = value as { type: string; value: string };
      return { '@type': type, '#': text(id) };
    }
  }
  if (!(kind in variants)) return encodeType(kind as TypeName, value as object);
  const { $type } = value as { $type: TypeName };
  if (!(variants[kind as keyof typeof variants] as readonly string[]).includes($type)) {
    throw new TypeError(`${$type} is not a ${kind}`);
  }
  return { '@xsi:type': $type, ...encodeType($type, value as object) };
}

/**
 * xmlbuilder2 reads entities in a text and does not escape them on output. A password may contain `&amp;`.
 */
function text(value: unknown) {
  return String(value).replaceAll('&', '&amp;amp;');
}
