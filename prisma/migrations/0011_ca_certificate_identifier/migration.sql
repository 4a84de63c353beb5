-- CACertificateIdentifier of an instance. Every instance has one authority so far, and RDS calls its default one so.
ALTER TABLE "instance" ADD COLUMN "ca_certificate_identifier" TEXT NOT NULL DEFAULT 'rds-ca-rsa2048-g1';
