import { type Element, element, find, findAll, parseXml, renderXml } from './xml.ts';

/** What separates a card from other machines. */
export interface Guards {
  readonly filter?: CardFilter | undefined;
  /** Whether the bridge forwards nothing between this card and its other isolated cards. */
  readonly isolated: boolean;
}

/** The network card of a machine. */
export interface Card extends Guards {
  readonly mac: string;
  readonly network: string;
}

export interface CardFilter {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The PCI address of a virtio card is kept, because guests name a card by it and an origin may know its card
 * by that name alone: `enp1s0`. For other models, and for a card behind a PCI bridge, the address is dropped,
 * because libvirt would have to make the origin's PCI bridges anew.
 */
function placeOf(template: Element | undefined): Element[] {
  if (find(template, 'model')?.attributes.type !== 'virtio') return [];
  const places = findAll(template, 'address').filter(
    ({ attributes: { type, bus = 0, slot = 0 } }) =>
      // A port of PCI Express has slot 0 alone.
      type === 'pci' && (Number(bus) === 0 || Number(slot) === 0),
  );
  return [...findAll(template, 'acpi'), ...places];
}

/** @param template a card whose model and PCI address are kept */
export function cardXml(template: Element | undefined, { mac, network, filter, isolated }: Card): Element {
  const model = findAll(template, 'model').slice(0, 1);
  return element('interface', { type: 'network' }, [
    element('mac', { address: mac }),
    element('source', { network }),
    ...(model.length > 0 ? model : [element('model', { type: 'virtio' })]),
    ...guardOf({ filter, isolated }),
    ...placeOf(template),
  ]);
}

function guardOf({ filter, isolated }: Guards): Element[] {
  return [
    ...(filter === undefined
      ? []
      : [
          element(
            'filterref',
            { filter: filter.name },
            Object.entries(filter.parameters).map(([name, value]) => element('parameter', { name, value })),
          ),
        ]),
    ...(isolated ? [element('port', { isolated: 'yes' })] : []),
  ];
}

const GUARDS = ['filterref', 'port'];

/** The first card of a definition. */
export function readCard(
  definition: string,
): Guards & { readonly mac: string | undefined; readonly network: string | undefined } {
  const card = find(parseXml(definition), 'devices', 'interface');
  const filter = find(card, 'filterref');
  return {
    mac: find(card, 'mac')?.attributes.address?.toLowerCase(),
    network: find(card, 'source')?.attributes.network,
    filter: filter && {
      name: filter.attributes.filter ?? '',
      parameters: Object.fromEntries(
        findAll(filter, 'parameter').map(({ attributes: { name = '', value = '' } }) => [name, value]),
      ),
    },
    isolated: find(card, 'port')?.attributes.isolated === 'yes',
  };
}

/** The XML of the first card of a definition with these guards. The rest of the card stays. */
export function guardedCard(definition: string, guards: Guards): string {
  const card = find(parseXml(definition), 'devices', 'interface') ?? element('interface');
  const others = card.children.filter(({ name }) => !GUARDS.includes(name));
  return renderXml({ ...card, children: [...others, ...guardOf(guards)] });
}

/** Whether a card has these guards. */
export function isGuarded(card: Guards, wanted: Guards): boolean {
  return describe(card) === describe(wanted);
}

function describe({ filter, isolated }: Guards): string {
  return JSON.stringify([filter?.name, Object.entries(filter?.parameters ?? {}).sort(), isolated]);
}
