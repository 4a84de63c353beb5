import type { AwsError } from '../../model/errors.ts';
import { FORBIDDEN_CHARACTER } from './characters.ts';
import type { Operation, Shape, Structure } from './schema.ts';

/** Writes the whole answer to a call, in UTF-8. */
export type Encoder = (result: object | undefined, requestId: string) => Buffer;

/**
 * The encoder of an operation: one walk of the schema straight to a string, because a tree in between
 * (xmlbuilder2) takes 15 times as long for a hundred instances. Members that the schema does not know,
 * `undefined` and `null` are left out.
 */
export function createEncoder(operation: Operation, xmlNamespace: string): Encoder {
  const { name, output } = operation;
  const write = output ? element(`${name}Result`, createStructureWriter(output)) : () => '';
  const head = `<${name}Response xmlns="${xmlNamespace}">`;
  const writeBytes = onceWhenFrozen((result) => Buffer.from(head + write(result)));
  const tail = `</RequestId></ResponseMetadata></${name}Response>`;
  return (result, requestId) =>
    Buffer.concat([
      writeBytes(result ?? EMPTY_STRUCTURE),
      Buffer.from(`<ResponseMetadata><RequestId>${requestId}${tail}`),
    ]);
}

const EMPTY_STRUCTURE = Object.freeze({});

type Writer = (value: unknown) => string;

function element(name: string, write: Writer): Writer {
  const [open, close, empty] = [`<${name}>`, `</${name}>`, `<${name}/>`];
  return (value) => {
    const content = write(value);
    return content === '' ? empty : open + content + close;
  };
}

function createWriter(shape: Shape): Writer {
  switch (shape.kind) {
    case 'structure':
      return onceWhenFrozen(createStructureWriter(shape));
    case 'list': {
      const writeItem = element(shape.itemName, createWriter(shape.item));
      return (value) => (value as readonly unknown[]).map(writeItem).join('');
    }
    case 'map': {
      const writeKey = element(shape.keyName, writeText);
      const writeValue = element(shape.valueName, createWriter(shape.value));
      return (value) =>
        Object.entries(value as object)
          .map(([key, item]) => `<entry>${writeKey(key)}${writeValue(item)}</entry>`)
          .join('');
    }
    case 'timestamp':
      return (value) => new Date(value as Date | string).toISOString();
    case 'string':
      return writeText;
    case 'integer':
    case 'decimal':
    case 'boolean':
      return String;
    default:
      return shape satisfies never;
  }
}

function createStructureWriter(shape: Structure): Writer {
  const members = shape.members.map(
    (member) => [member.name, element(member.wireName, createWriter(member.shape))] as const,
  );
  return (value) => {
    const record = value as Readonly<Record<string, unknown>>;
    let content = '';
    for (const [name, writeMember] of members) {
      const item = record[name];
      if (item !== undefined && item !== null) content += writeMember(item);
    }
    return content;
  };
}

/**
 * A frozen value keeps its XML. Code that freezes an object guarantees that everything inside stays the same.
 */
function onceWhenFrozen<Written>(write: (value: unknown) => Written) {
  const written = new WeakMap<object, Written>();
  return (value: unknown): Written => {
    if (!Object.isFrozen(value)) return write(value);
    const known = written.get(value as object);
    if (known !== undefined) return known;
    const content = write(value);
    written.set(value as object, content);
    return content;
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};
const FORBIDDEN_CHARACTERS = new RegExp(FORBIDDEN_CHARACTER, 'gu');
/** Nearly all text matches, and then this test is the whole cost. */
const PLAIN = /^[\t\n !#-%'-;=?-~]*$/;

/** A character that XML cannot hold becomes U+FFFD, so that one bad character does not spoil an answer. */
const writeText: Writer = (value) => {
  const text = String(value);
  if (PLAIN.test(text)) return text;
  return text
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? '')
    .replace(FORBIDDEN_CHARACTERS, '\ufffd');
};

/**
 * The answer to a failed call. Not by xmlbuilder2, because it takes `&amp;` in a message for an ampersand.
 */
export function encodeError(error: AwsError, requestId: string, xmlNamespace: string): string {
  return (
    `<ErrorResponse xmlns="${xmlNamespace}"><Error><Type>${error.type}</Type><Code>${error.code}</Code>` +
    `<Message>${writeText(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
  );
}
