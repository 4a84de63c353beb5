import { type Element, element, find, replace, without } from './xml.ts';

/** Consoles that are something of the host's which only one machine at a time can have, or which all would write into. */
const SHARED_CONSOLES = ['dev', 'file', 'pipe', 'tcp', 'udp', 'unix'];

/**
 * A device of the origin as each of its clones can have one, all at the same time: places, paths and ports belong to one
 * machine, and libvirt gives the new one its own.
 */
export function ownDevice(device: Element): Element {
  const bare = without(device, 'alias', 'address');
  switch (device.name) {
    case 'channel':
      return without(bare, 'source', 'log');
    case 'console':
    case 'parallel':
    case 'serial':
      return ownConsole(bare);
    case 'graphics':
      return ownScreen(bare);
    case 'vsock':
      return replace(bare, element('cid', { auto: 'yes' }));
    default:
      return device.attributes.type === 'pty' || device.attributes.type === 'unix'
        ? without(bare, 'source')
        : bare;
  }
}

function ownConsole(device: Element): Element {
  const { type = 'pty' } = device.attributes;
  const bare = without(device, 'log', 'protocol', ...(type === 'null' ? [] : ['source']));
  const { tty, ...attributes } = device.attributes;
  return { ...bare, attributes: { ...attributes, type: SHARED_CONSOLES.includes(type) ? 'pty' : type } };
}

/** Of a fixed port only the first machine could start. */
function ownScreen(device: Element): Element {
  const { port, tlsPort, websocket, socket, ...attributes } = device.attributes;
  const hasPorts = ['vnc', 'spice', 'rdp'].includes(attributes.type ?? '');
  return {
    ...device,
    attributes: {
      ...attributes,
      ...(hasPorts && find(device, 'listen')?.attributes.type !== 'none' && { port: '-1', autoport: 'yes' }),
      ...(websocket !== undefined && { websocket: '-1' }),
    },
    children: device.children.map((child) => {
      const { socket: path, ...rest } = child.attributes;
      return child.name === 'listen' ? { ...child, attributes: rest } : child;
    }),
  };
}

/** What the firmware tells the guest of its machine, without what is to be told of one machine alone. */
export function ownSysinfo(sysinfo: Element): Element {
  const own = ['serial', 'uuid'];
  return {
    ...sysinfo,
    children: sysinfo.children.map((part) => ({
      ...part,
      children: part.children.filter(
        ({ name, attributes }) => name !== 'entry' || !own.includes(attributes.name ?? ''),
      ),
    })),
  };
}
