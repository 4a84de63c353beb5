import { type Element, element, find, replace, without } from './xml.ts';

/** Types of consoles on a resource of the host that machines cannot share. */
const SHARED_CONSOLES = ['dev', 'file', 'pipe', 'tcp', 'udp', 'unix'];

/**
 * A device of the origin, changed so that all clones can have it at the same time. Addresses, paths and ports
 * are removed, because they belong to one machine, and libvirt gives each clone its own.
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
  const isShared = SHARED_CONSOLES.includes(type);
  const bare = without(device, 'log', 'protocol', ...(isShared || type === 'pty' ? ['source'] : []));
  const { tty, ...attributes } = device.attributes;
  return { ...bare, attributes: { ...attributes, type: isShared ? 'pty' : type } };
}

/** Removes fixed ports, because only the first machine with them could start. */
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

/** The SMBIOS information of the origin without serial numbers and UUIDs, which must be unique. */
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
