import type { Kind } from './setting.ts';

const SCHEMES = ['local', 'libvirt', 'vcenter'];
const entry = /^(local|libvirt(\+[a-z+]+:\/\/\S*)?|vcenter\+https?:\/\/[^\s@]+(@\S+)?@\S+)$/;

// A comma or blank without a new entry behind it belongs to the entry: `dns=10.0.0.2,10.0.0.3`.
const separator = new RegExp(`[\\s,]+(?=(?:${SCHEMES.join('|')})(?:[\\s,+?:]|$))|[\\s,]+$`);

function entriesOf(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().split(separator).filter(Boolean) : value;
}

function isEntry(value: unknown): value is string {
  return typeof value === 'string' && entry.test(value.trim());
}

/** The form of each scheme. Entries contain passwords and are not shown. */
const forms: Readonly<Record<string, string>> = {
  local: '"local" without options',
  libvirt: '"libvirt", or with options "libvirt+qemu:///system?engine_versions=15.14,16.10"',
  vcenter: '"vcenter+https://user:password@host/?dns=10.0.0.2,10.0.0.3"',
};

/** The hypervisors or hosts of machines: an array, or one text with entries separated by commas or blanks. */
export const iaas: Kind<readonly string[]> = {
  expected: '"local", "libvirt", "libvirt+qemu:///system" or "vcenter+https://user:password@host/"',
  parse: (value) => {
    const entries = entriesOf(value);
    if (!Array.isArray(entries) || entries.length === 0 || !entries.every(isEntry)) return undefined;
    return entries.map((each) => each.trim());
  },
  explain: (value) => {
    const entries = entriesOf(value);
    if (!Array.isArray(entries)) return undefined;
    const wrong = entries.findIndex((each) => !isEntry(each));
    const scheme = SCHEMES.find((each) => String(entries[wrong]).trim().startsWith(each));
    const which = entries.length > 1 ? `entry ${wrong + 1} of ${entries.length}` : 'it';
    return scheme && `${which} begins with ${scheme}, but is not ${forms[scheme]}`;
  },
};
