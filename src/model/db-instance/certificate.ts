/**
 * CACertificateIdentifier: the authority that signs the server certificate of an instance. RDS has one for each
 * kind of key, and this is its default.
 */
export const DEFAULT_CA_CERTIFICATE_IDENTIFIER = 'rds-ca-rsa2048-g1';
