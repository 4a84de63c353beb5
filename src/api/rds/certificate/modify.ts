import {
  DEFAULT_CA_CERTIFICATE_IDENTIFIER,
  refuseUnknownCertificate,
} from '../../../model/certificate/certificate.ts';
import { invalidParameterCombination } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { toCertificate } from './view.ts';

/** Chooses the authority of new instances that name none, or goes back to the default. */
export const modifyCertificates = action(
  'ModifyCertificates',
  async (input, { inventory, certificates, owner, requestId, invocation }) => {
    const { CertificateIdentifier: identifier, RemoveCustomerOverride: remove = false } = input;
    if (remove === (identifier !== undefined)) {
      throw invalidParameterCombination(
        'Exactly one of CertificateIdentifier and RemoveCustomerOverride has to be given.',
      );
    }
    refuseUnknownCertificate(identifier);
    const chosen = identifier ?? null;
    const shown = certificates.find(
      (each) => each.identifier === (chosen ?? DEFAULT_CA_CERTIFICATE_IDENTIFIER),
    );
    const answer = () => ({ Certificate: shown && toCertificate(shown, chosen, owner) });
    await inventory.certificates.setDefault(chosen, { requestId, invocation, answer });
    return answer();
  },
);
