import {
  invalidParameterValue,
  malformedInput,
  malformedQueryString,
  missingRequiredParameter,
} from '../../model/errors.ts';
import { readScalar } from './scalars.ts';
import type { Member, Shape, Structure } from './schema.ts';

/** Decoded parameters of a request in the order of sending: the leaves of the input, each with its path. */
export type Parameters = readonly (readonly [path: string, value: string])[];

/**
 * Reads `application/x-www-form-urlencoded`, from a body or the query part of a URL.
 *
 * @throws AwsError `MalformedQueryString` for text that is not UTF-8 or has an incomplete percent-encoding
 */
export function parseForm(form: Uint8Array | string): Parameters {
  try {
    const text = typeof form === 'string' ? form : new TextDecoder('utf-8', { fatal: true }).decode(form);
    return text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const equals = pair.indexOf('=');
        if (equals < 0) return [decode(pair), ''];
        return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
      });
  } catch {
    throw malformedQueryString('The query string is not UTF-8 in application/x-www-form-urlencoded form.');
  }
}

function decode(text: string) {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/**
 * Brings parameters into the shape of an input, as AWS's query front does:
 *
 * - Parameters that the action does not know are ignored, so that newer SDKs work.
 * - A scalar sent empty (`DBName=`) counts as not sent; a required scalar is then refused as blank. Below the
 *   top level an empty string is a value, as in a tag. A list sent empty (`Filters=`) is an empty list.
 * - List items are ordered by their numbers; gaps are closed. Both the model's name (`Filter.1`) and
 *   `member.1` are understood.
 *
 * @throws AwsError `MalformedInput` for a value of the wrong type, a parameter sent twice, or a parameter
 *   that does not fit into the structure; `MissingParameter` and `InvalidParameterValue` for required members
 */
export function decodeInput(input: Structure, parameters: Parameters): object {
  const root = grow(parameters, new Set(input.members.map((member) => member.wireName)));
  for (const member of input.members) {
    const node = root.children.get(member.wireName);
    if (member.shape.kind === 'string' && node?.value === '') {
      if (member.required) throw blank(member.wireName);
      root.children.delete(member.wireName);
    }
  }
  return readStructure(input, root, '');
}

function blank(path: string) {
  return invalidParameterValue(`The parameter ${path} must be provided and must not be blank.`);
}

interface Node {
  value: string | undefined;
  readonly children: Map<string, Node>;
}

function createNode(): Node {
  return { value: undefined, children: new Map() };
}

/**
 * The deepest path of the RDS model has 8 parts. A deeper path matches nothing, so no memory is spent on it.
 */
const MAX_DEPTH = 12;

function grow(parameters: Parameters, known: ReadonlySet<string>): Node {
  const root = createNode();
  for (const [path, value] of parameters) {
    const parts = path.split('.', MAX_DEPTH + 1);
    if (!known.has(parts[0] ?? '') || parts.length > MAX_DEPTH) continue;
    const leaf = parts.reduce((node, part) => {
      const child = node.children.get(part) ?? createNode();
      node.children.set(part, child);
      return child;
    }, root);
    if (leaf.value !== undefined) throw malformedInput(`The parameter ${path} is given more than once.`);
    leaf.value = value;
  }
  return root;
}

function read(shape: Shape, node: Node, path: string): unknown {
  switch (shape.kind) {
    case 'structure':
      requireNoValue(node, path);
      return readStructure(shape, node, `${path}.`);
    case 'list':
      requireNoValue(node, path);
      return readItems(node, path, shape.itemName).map(([item, itemPath]) =>
        read(shape.item, item, itemPath),
      );
    case 'map':
      requireNoValue(node, path);
      return Object.fromEntries(
        readItems(node, path, 'entry').map(([entry, entryPath]) => {
          const [key, value] = [entry.children.get(shape.keyName), entry.children.get(shape.valueName)];
          if (!key || !value) throw malformedInput(`The parameter ${entryPath} is not a key and a value.`);
          return [readScalar.string(scalar(key, entryPath), entryPath), read(shape.value, value, entryPath)];
        }),
      );
    default:
      return readScalar[shape.kind](scalar(node, path), path);
  }
}

function readStructure(shape: Structure, node: Node, prefix: string): object {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const path = prefix + member.wireName;
    const child = node.children.get(member.wireName);
    const value = child && !isAbsent(member, child) ? read(member.shape, child, path) : undefined;
    if (value !== undefined) result[member.name] = value;
    else if (member.required) throw missingRequiredParameter(path);
  }
  return result;
}

/** Only an empty string and an empty list are values. */
function isAbsent({ shape }: Member, node: Node): boolean {
  return node.value === '' && node.children.size === 0 && shape.kind !== 'string' && shape.kind !== 'list';
}

function requireNoValue(node: Node, path: string): void {
  if (node.value) throw malformedInput(`The parameter ${path} is a structure or a list and takes no value.`);
}

function scalar(node: Node, path: string): string {
  if (node.children.size > 0 || node.value === undefined) {
    throw malformedInput(`The parameter ${path} is neither a structure nor a list.`);
  }
  return node.value;
}

const INDEX = /^[1-9]\d{0,8}$/;

function readItems(node: Node, path: string, name: string): [Node, string][] {
  const names = [...node.children.keys()];
  const [used, ...more] = names;
  if (used === undefined) return [];
  if (more.length > 0 || (used !== name && used !== 'member')) {
    throw malformedInput(`The parameter ${path} is a list: its items are ${path}.${name}.N.`);
  }
  const items = node.children.get(used) ?? node;
  requireNoValue(items, `${path}.${used}`);
  return [...items.children]
    .map(([index, item]): [number, Node] => {
      if (!INDEX.test(index)) {
        throw malformedInput(`The items of the list ${path}.${used} are numbered from 1, not '${index}'.`);
      }
      return [Number(index), item];
    })
    .sort(([a], [b]) => a - b)
    .map(([index, item]) => [item, `${path}.${used}.${index}`]);
}
