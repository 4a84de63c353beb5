import { XMLParser } from 'fast-xml-parser';

/** An element of a document. Only a leaf has text, because libvirt's XML has no mixed content. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

type Parsed = { readonly [name: string]: readonly Parsed[] | string | Record<string, string> };

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  trimValues: true,
});

/** The root element. @throws Error where the text is not XML */
export function parseXml(text: string): Element {
  const root = (parser.parse(text) as Parsed[]).map(toElement).find((one) => one !== undefined);
  if (root === undefined) throw new Error('no XML element');
  return root;
}

/** Returns undefined for comments, processing instructions and text. */
function toElement(parsed: Parsed): Element | undefined {
  const { ':@': attributes = {}, ...tag } = parsed;
  const [name, content] = Object.entries(tag)[0] ?? [];
  if (name === undefined || !Array.isArray(content) || /^[?#]/.test(name)) return undefined;
  return {
    name,
    attributes: attributes as Record<string, string>,
    children: content.map(toElement).filter((one) => one !== undefined),
    text: content.map((part: Parsed) => part['#text'] ?? '').join(''),
  };
}

/** An element with children, or with text. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  content: readonly Element[] | string | number = [],
): Element {
  return {
    name,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
    ...(Array.isArray(content) ? { children: content, text: '' } : { children: [], text: String(content) }),
  };
}

export function renderXml({ name, attributes, children, text }: Element): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(value)}"`);
  const inside = children.map(renderXml).join('') + escapeText(text);
  return inside === '' ? `<${name}${list.join('')}/>` : `<${name}${list.join('')}>${inside}</${name}>`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
function escapeText(text: string) {
  return text.replace(/[&<>"']/g, (found) => entities[found] ?? found);
}

/** The first element at the end of a path of names below `from`. */
export function find(from: Element | undefined, ...path: string[]): Element | undefined {
  return path.reduce<Element | undefined>(
    (at, name) => at?.children.find((child) => child.name === name),
    from,
  );
}

/** All elements at the end of a path of names below `from`. */
export function findAll(from: Element | undefined, ...path: string[]): Element[] {
  return path.reduce<Element[]>(
    (found, name) => found.flatMap(({ children }) => children.filter((child) => child.name === name)),
    from === undefined ? [] : [from],
  );
}

/** The same element without the children of these names. */
export function without(from: Element, ...names: string[]): Element {
  return { ...from, children: from.children.filter(({ name }) => !names.includes(name)) };
}

/** The same element with these children, which replace all children of the same names. */
export function replace(from: Element, ...children: Element[]): Element {
  const rest = without(from, ...children.map(({ name }) => name));
  return { ...rest, children: [...rest.children, ...children] };
}
