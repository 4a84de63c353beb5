import { DEFAULT_CA_CERTIFICATE_IDENTIFIER } from '../../../model/certificate/certificate.ts';
import { certificateNotFound } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { toCertificate } from './view.ts';

/** The authorities that sign certificates of instances. */
export const describeCertificates = action(
  'DescribeCertificates',
  async (input, { inventory, certificates, owner }) => {
    refuseFilters(input.Filters);
    const request = readPageRequest(input);
    const named = input.CertificateIdentifier;
    const found = certificates.filter(({ identifier }) => named === undefined || identifier === named);
    if (found.length === 0 && named !== undefined) throw certificateNotFound(named);
    const chosen = await inventory.certificates.findDefault();
    const { records, marker } = pageOf(found, request, ({ identifier }) => identifier);
    return {
      DefaultCertificateForNewLaunches: chosen ?? DEFAULT_CA_CERTIFICATE_IDENTIFIER,
      Marker: marker,
      Certificates: records.map((certificate) => toCertificate(certificate, chosen, owner)),
    };
  },
);
