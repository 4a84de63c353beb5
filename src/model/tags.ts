import { invalidParameterValue } from './errors.ts';
import { refusalsOf, refuseAll } from './refusals.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const MAX_TAGS = 50;

// API_Tag: a key has 1-128 of these characters, a value up to 256.
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const RESERVED = /^(?:aws|rds):/i;

function refuse(message: string): never {
  throw invalidParameterValue(message);
}

function lengthOf(text: string) {
  return [...text].length;
}

function readTag({ Key = '', Value = '' }: { Key?: string | undefined; Value?: string | undefined }): Tag {
  if (lengthOf(Key) < 1 || lengthOf(Key) > 128) refuse('A tag key must have 1-128 characters.');
  if (lengthOf(Value) > 256) refuse('A tag value must have at most 256 characters.');
  if (RESERVED.test(Key)) refuse(`The tag key ${Key} is invalid: the prefixes aws: and rds: are reserved.`);
  if (!TEXT.test(Key) || !TEXT.test(Value)) {
    refuse('A tag may contain letters, digits, white space and _ . : / = + - @ only.');
  }
  return { Key, Value };
}

/**
 * `tags` with `added`. A tag with an existing key replaces its value.
 * @throws invalidParameterValue for a tag that RDS does not accept, for a repeated key, and for more than 50
 *   tags in total
 */
export function addTags(
  tags: readonly Tag[],
  added: readonly { Key?: string | undefined; Value?: string | undefined }[],
): Tag[] {
  refuseAll(added.flatMap((tag) => refusalsOf(() => readTag(tag))));
  const read = added.map(readTag);
  const values = new Map(read.map(({ Key, Value }) => [Key, Value]));
  if (values.size < read.length) refuse('A tag key is given more than once.');
  const kept = tags.map(({ Key, Value }) => ({ Key, Value: values.get(Key) ?? Value }));
  const keys = new Set(tags.map(({ Key }) => Key));
  const all = [...kept, ...read.filter(({ Key }) => !keys.has(Key))];
  if (all.length > MAX_TAGS) refuse(`A resource can have at most ${MAX_TAGS} tags.`);
  return all;
}

/** `tags` without the tags of these keys. A key that no tag has is ignored. */
export function removeTags(tags: readonly Tag[], keys: readonly string[]): Tag[] {
  return tags.filter(({ Key }) => !keys.includes(Key));
}
