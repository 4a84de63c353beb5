import { element, find, parseXml, renderXml } from './xml.ts';

const QCOW2_VERSION = '1.1';

export interface NewVolume {
  readonly name: string;
  /** Size that the guest sees, in bytes. */
  readonly capacity: number;
  readonly format: 'qcow2' | 'raw';
  /** The volume whose blocks it has until they are written to: a linked clone. */
  readonly backing?: { readonly path: string; readonly format: string } | undefined;
}

export function volumeXml({ name, capacity, format, backing }: NewVolume): string {
  return renderXml(
    element('volume', {}, [
      element('name', {}, name),
      element('capacity', { unit: 'bytes' }, capacity),
      // Nothing is set aside: the space is taken when it is written to.
      element('allocation', {}, 0),
      element('target', {}, [
        element('format', { type: format }),
        // libvirt makes the format of 2008 else, in which no backup can note what has changed since the last one.
        ...(format === 'qcow2' ? [element('compat', {}, QCOW2_VERSION)] : []),
      ]),
      ...(backing === undefined
        ? []
        : [
            element('backingStore', {}, [
              element('path', {}, backing.path),
              element('format', { type: backing.format }),
            ]),
          ]),
    ]),
  );
}

/** Format and capacity in bytes of a volume that is there. */
export function readVolume(xml: string): { format: string; capacity: number } {
  const volume = parseXml(xml);
  return {
    format: find(volume, 'target', 'format')?.attributes.type ?? 'raw',
    capacity: Number(find(volume, 'capacity')?.text),
  };
}

/** What the volumes of a pool are kept in, e.g. `dir` or `logical`. */
export function poolType(xml: string): string {
  return parseXml(xml).attributes.type ?? '';
}

/** The directory of a pool, or whatever else its volumes are below. */
export function poolPath(xml: string): string | undefined {
  return find(parseXml(xml), 'target', 'path')?.text;
}
