import { XMLParser } from 'fast-xml-parser';

type Node = Record<string, unknown>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  parseTagValue: false,
  trimValues: false,
  // Go and vCenter write quotes as &#34;.
  htmlEntities: true,
});

/**
 * The body of a SOAP answer, by element name. Structures become objects, with their `xsi:type` as `$type`
 * where they have one; references become `{ type, value }`; `ArrayOf…` become arrays; values of an XML Schema
 * type become booleans, numbers or strings; everything else becomes a string. A single element is not an
 * array: only its reader knows better.
 */
export function decodeBody(text: string): Record<string, unknown> {
  const envelope = normalize(parser.parse(text)) as Node;
  const body = (envelope.Envelope as Node | undefined)?.Body;
  if (typeof body !== 'object' || body === null) throw new SyntaxError('not a SOAP response');
  return body as Node;
}

function normalize(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(normalize);
  if (typeof node !== 'object' || node === null) return node;
  const content: Node = {};
  let type: string | undefined;
  for (const [name, value] of Object.entries(node)) {
    // If prefixes were removed first, `type` of a reference and `xsi:type` would be the same.
    if (/^@[^:]+:type$/.test(name)) type = local(String(value));
    else if (!/^[@#?]/.test(name)) content[local(name)] = normalize(value);
  }
  const source = node as Node;
  if (typeof source['@type'] === 'string') return { type: source['@type'], value: String(source['#'] ?? '') };
  const names = Object.keys(content);
  if (type?.startsWith('ArrayOf')) return list(content[names[0] ?? '']);
  if (names.length > 0) return type ? { $type: type, ...content } : content;
  const text = String(source['#'] ?? '');
  return type === undefined ? text : primitive(type, text);
}

function primitive(type: string, text: string): unknown {
  switch (type) {
    case 'boolean':
      return text === 'true' || text === '1';
    case 'byte':
    case 'short':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return Number(text);
  }
  // An empty value of a VIM type, whose name begins with a capital letter, is a structure. A value with text
  // belongs to an enumeration.
  return text || /^[a-z]/.test(type) ? text : { $type: type };
}

function local(name: string) {
  return name.slice(name.indexOf(':') + 1);
}

/** An element that may occur any number of times. */
export function list(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
