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
  if (thumbprint) return [right(WHAT, 'is to have the SHA-256 of thumbprint=')];
  if (noVerify) {
    const next = 'take ca=FILE or thumbprint=SHA256 in IAAS instead';
    return [unknown(WHAT, 'no_verify=1: whether it is vCenter that answers and gets the password', next)];
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
  return authorities.map((each) => {
    const name = each.subject.replaceAll('\n', ', ');
    return Date.parse(each.validTo) < Date.now()
      ? wrong(WHAT, `IAAS: the authority ${name} of ca= has expired on ${each.validTo}`, next)
      : right(WHAT, `is to be signed by ${name}`);
  });
}

/** Which server answers. Checked after the login. */
export function checkConnection(
  { apiType, apiVersion, fullName }: ServiceContent['about'],
  { url, user }: Pick<VcenterSettings, 'url' | 'user'>,
): CheckResult[] {
  const what = 'vCenter';
  const found = `${fullName} at ${new URL(url).host}`;
  if (apiType !== 'VirtualCenter') {
    return [wrong(what, `${found} is a single host, which cannot clone`, 'name a vCenter in IAAS')];
  }
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 5)) {
    return [wrong(what, `${found} is older than 6.5`, 'Cornac needs 6.5 or newer')];
  }
  return [right(what, `${found} lets ${user} in`)];
}
