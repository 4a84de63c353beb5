import { readFileSync } from 'node:fs';
import { parseEngineVersions } from '../engine-versions.ts';
import { type Overcommit, parseOvercommit } from '../overcommit.ts';
import { ProviderError } from '../provider.ts';
import { type GuestNetwork, parseGuestNetwork } from './guest-network.ts';
import type { Trust } from './vim/tls.ts';

/** What IAAS defines for a vCenter. */
export interface VcenterSettings extends GuestNetwork {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly trust: Trust;
  /** Inventory path of the folder of new machines; default: the origin's folder. */
  readonly folder: string | undefined;
  /** `auto`: linked where the origin has a snapshot; `linked`: always linked; `full`: always a full copy. */
  readonly clone: 'auto' | 'linked' | 'full';
  /** Name of the origin's snapshot that clones are linked to; default: the current one. */
  readonly snapshot: string | undefined;
  /** Inventory path of the host of new machines; default: vCenter chooses a host. */
  readonly host: string | undefined;
  /** Keys and values added to every machine's advanced configuration. */
  readonly extraConfig: readonly (readonly [key: string, value: string])[];
  /** The port of sshd on the machines. */
  readonly sshPort: number;
  /** PostgreSQL versions of the origin, where the origin itself does not name them. */
  readonly engineVersions: readonly string[];
  /** By which factors memory and datastore may be overcommitted. */
  readonly overcommit: Overcommit;
}

const known = [
  'no_verify',
  'ca',
  'thumbprint',
  'folder',
  'clone',
  'snapshot',
  'host',
  'extraConfig',
  'netmask',
  'gateway',
  'dns',
  'ssh_port',
  'engine_versions',
  'overcommit',
];

/**
 * Parses `vcenter+https://user@sso.local:password@host/?no_verify=1`. The user may contain an @; other
 * special characters of user and password are percent-encoded.
 * @throws ProviderError Configuration, without secrets in it
 */
export function parseIaas(iaas: string): VcenterSettings {
  if (!iaas.startsWith('vcenter+https://')) {
    throw configurationError('expected vcenter+https://user:password@host/');
  }
  const [authority = '', query = ''] = split(iaas.slice('vcenter+https://'.length), /[/?]/);
  const at = authority.lastIndexOf('@');
  const [user = '', password = ''] = split(authority.slice(0, Math.max(at, 0)), /:/).map(decode);
  const host = authority.slice(at + 1);
  if (!user || !password || !/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d+)?$/.test(host)) {
    throw configurationError('expected user:password@host, with special characters percent-encoded');
  }
  const options = new URLSearchParams(query.slice(query.indexOf('?') + 1));
  for (const option of options.keys()) {
    if (!known.includes(option)) {
      throw configurationError(`unknown option ${option}; expected one of ${known.join(', ')}`);
    }
  }
  const get = (option: string) => options.get(option) || undefined;
  const clone = oneOf(get('clone') ?? 'auto');
  if (clone === 'full' && get('snapshot')) {
    throw configurationError(
      'snapshot= has no meaning with clone=full, which copies the origin as it is now',
    );
  }
  return {
    url: `https://${host}/sdk`,
    user,
    password,
    trust: trust(get('ca'), get('thumbprint'), get('no_verify')),
    folder: get('folder'),
    clone,
    snapshot: get('snapshot'),
    host: get('host'),
    extraConfig: options.getAll('extraConfig').map(pair),
    ...parseGuestNetwork(get('netmask'), get('gateway'), get('dns')),
    sshPort: port(get('ssh_port') ?? '22'),
    engineVersions: parseEngineVersions(get('engine_versions')),
    overcommit: parseOvercommit(get('overcommit')),
  };
}

function trust(ca: string | undefined, thumbprint: string | undefined, noVerify: string | undefined): Trust {
  if (noVerify !== undefined && !/^[01]$/.test(noVerify)) throw configurationError('no_verify is 1 or 0');
  if (thumbprint && !/^([0-9a-f]{64}|[0-9a-f]{2}(:[0-9a-f]{2}){31})$/i.test(thumbprint)) {
    throw configurationError('thumbprint is a SHA-256, 64 hexadecimal digits, with or without colons');
  }
  return { ca: ca && readCa(ca), thumbprint, noVerify: noVerify === '1' };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw configurationError(`ca: ${file} cannot be read`, cause);
  }
}

function oneOf(clone: string): VcenterSettings['clone'] {
  if (clone === 'auto' || clone === 'linked' || clone === 'full') return clone;
  throw configurationError('clone is auto, linked or full');
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65536) return Number(text);
  throw configurationError('ssh_port is a number up to 65535');
}

function pair(text: string): readonly [string, string] {
  const [key = '', value = ''] = split(text, /=/);
  if (!key || !value) throw configurationError('extraConfig is KEY=VALUE, with the second = written %3D');
  return [key, value];
}

/** The text before the first match, and the text after it. A matched `?` stays part of the second text. */
function split(text: string, separator: RegExp): [string, string] {
  const at = text.search(separator);
  if (at < 0) return [text, ''];
  return [text.slice(0, at), text.slice(text[at] === '?' ? at : at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw configurationError('user or password contains a % that is not a percent-encoding');
  }
}

function configurationError(message: string, cause?: unknown) {
  return new ProviderError('Configuration', `IAAS: ${message}`, { cause });
}
