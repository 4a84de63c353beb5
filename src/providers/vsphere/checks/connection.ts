import { X509Certificate } from 'node:crypto';
import { right, unknown, wrong } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import type { VcenterSettings } from '../iaas-url.ts';
import type { Trust } from '../vim/tls.ts';
import type { ServiceContent } from '../vim/vim.ts';

const WHAT = 'certificate';
const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** How Cornac verifies vCenter's certificate. Checked before the first call. */
export function checkAuthority({ ca, thumbprint, noVerify }: Trust): CheckResult[] {
  // Only the connection shows whether the certificate has it: see `checkConnection`.
  if (thumbprint) return [];
  if (noVerify) {
    const next = 'take ca=FILE or thumbprint=SHA256 in IAAS instead';
    return [unknown(WHAT, 'no_verify=1: whether vCenter itself answers and receives the password', next)];
  }
  if (ca === undefined) return [];
  const next = 'write the certificate of the authority that signed vCenter’s into the file, as PEM';
  const named: X509Certificate[] = [];
  for (const text of ca.match(pem) ?? []) {
    try {
      named.push(new X509Certificate(text));
    } catch {
      return [wrong(WHAT, 'IAAS: the file of ca= holds a certificate that cannot be read', next)];
    }
  }
  const authorities = named.filter((each) => each.ca);
  if (authorities.length === 0) {
    const found = named.length > 0 ? 'a certificate of no authority' : 'no certificate';
    return [wrong(WHAT, `IAAS: the file of ca= holds ${found}`, next)];
  }
  const valid = authorities.filter((each) => Date.parse(each.validTo) >= Date.now());
  if (valid.length > 0) return [right(WHAT, `must be signed by ${namesOf(valid)}`)];
  const ends = authorities.map(({ validTo }) => validTo).join(', ');
  return [wrong(WHAT, `IAAS: ${namesOf(authorities)} of ca= has expired on ${ends}`, next)];
}

/** A bundle may hold hundreds of authorities. */
function namesOf(authorities: readonly X509Certificate[]): string {
  if (authorities.length > 3) return `one of the ${authorities.length} authorities in the file of ca=`;
  return authorities.map(({ subject }) => subject.replaceAll('\n', ', ')).join(' or ');
}

/** What to do about a vCenter that does not let Cornac in. */
export function adviseConnection(result: CheckResult): CheckResult {
  if (result.state === 'right') return result;
  const next = ADVICE.find(([pattern]) => pattern.test(result.found))?.[1];
  return next === undefined ? result : { ...result, next };
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /InvalidLogin/,
    'write the user with its domain (user@vsphere.local), percent-encode user and password, try both in the vSphere Client; five wrong attempts lock the account',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'check the name in IAAS, and the DNS of this computer'],
  [
    /is unreachable/,
    'check the name and the port in IAAS (443 by default), and firewalls on the way from this computer',
  ],
];

/** Which server answers. Checked after the login. */
export function checkConnection(
  { apiType, apiVersion, fullName }: ServiceContent['about'],
  { url, user, trust }: Pick<VcenterSettings, 'url' | 'user' | 'trust'>,
): CheckResult[] {
  const what = 'vCenter';
  const found = `${fullName} at ${new URL(url).host}`;
  if (apiType !== 'VirtualCenter') {
    return [wrong(what, `${found} is a single host, which cannot clone`, 'name a vCenter in IAAS')];
  }
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 5)) {
    return [wrong(what, `${found} is older than 6.5`, 'Cornac requires 6.5 or newer')];
  }
  return [
    ...(trust.thumbprint ? [right(WHAT, 'has the SHA-256 of thumbprint=')] : []),
    right(what, `${found} lets ${user} in`),
  ];
}
