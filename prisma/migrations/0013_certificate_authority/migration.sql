-- Cornac's authorities have names of their own: the first one signed the certificates of all instances so far.
ALTER TABLE "instance" ALTER COLUMN "ca_certificate_identifier" SET DEFAULT 'cornac-ca-ecc256-g1';
UPDATE "instance" SET "ca_certificate_identifier" = 'cornac-ca-ecc256-g1';

-- The authority of new instances that name none, by ModifyCertificates; null for the default.
ALTER TABLE "identity" ADD COLUMN "default_ca_certificate" TEXT;
