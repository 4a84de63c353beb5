import type { Instance } from '../model/db-instance/instance.ts';
import { needsParameters } from '../model/db-parameter-group/applied-parameters.ts';
import { needsCertificate } from '../model/server/certificate.ts';
import { isInService } from '../reconcile/compare.ts';

/** What workers do with an instance, or are about to do, while no operation holds it; undefined: nothing. */
export function workWithoutOperation(instance: Instance, now: Date): string | undefined {
  if (!isInService(instance)) return undefined;
  const { identifier, certificate, caCertificateIdentifier } = instance;
  if (needsParameters(instance)) return `Parameters of ${identifier} wait for an operation that brings them.`;
  if (!needsCertificate(certificate, caCertificateIdentifier, now)) return undefined;
  return (
    `A worker gives the server of ${identifier} another certificate, signed by ${caCertificateIdentifier}. ` +
    'That is no operation: `aws rds describe-events` tells its end.'
  );
}
