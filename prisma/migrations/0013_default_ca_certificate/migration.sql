-- The authority of new instances that name none, by ModifyCertificates; null for the default.
ALTER TABLE "identity" ADD COLUMN "default_ca_certificate" TEXT;
