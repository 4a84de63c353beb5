-- CACertificateIdentifier: the authority that is to sign the certificate of an instance's server.
ALTER TABLE "instance" ADD COLUMN "ca_certificate_identifier" TEXT NOT NULL DEFAULT 'cornac-ca-ecc256-g1';

-- The authority of new instances that name none, by ModifyCertificates; null for the default.
ALTER TABLE "identity" ADD COLUMN "default_ca_certificate" TEXT;
