import { element, find, parseXml, renderXml } from './xml.ts';

const QCOW2_VERSION = '1.1';

export interface NewVolume {
  readonly name: string;
  /** Size that the guest sees, in bytes. */
  readonly capacity: number;
  readonly format: 'qcow2' | 'raw';
  /** The volume that a linked clone reads a block from until it writes to the block. */
  readonly backing?: { readonly path: string; readonly format: string } | undefined;
}

export function volumeXml({ name, capacity, format, backing }: NewVolume): string {
  return renderXml(
    element('volume', {}, [
      element('name', {}, name),
      element('capacity', { unit: 'bytes' }, capacity),
      // No space is allocated before it is written to.
      element('allocation', {}, 0),
      element('target', {}, [
        element('format', { type: format }),
        // libvirt's default is the format of 2008, which has no bitmaps for incremental backups.
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

/** Format, and capacity in bytes, of an existing volume. */
export function readVolume(xml: string): { format: string; capacity: number } {
  const volume = parseXml(xml);
  return {
    format: find(volume, 'target', 'format')?.attributes.type ?? 'raw',
    capacity: Number(find(volume, 'capacity')?.text),
  };
}

/** The type of a pool, e.g. `dir` or `logical`. */
export function poolType(xml: string): string {
  return parseXml(xml).attributes.type ?? '';
}

/** The target path of a pool, below which its volumes are: a directory for a pool of files. */
export function poolPath(xml: string): string | undefined {
  return find(parseXml(xml), 'target', 'path')?.text;
}
