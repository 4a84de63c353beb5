-- The certificate that a server has, as its machine last reported it. The first worker fills it in for existing servers.
ALTER TABLE "server" ADD COLUMN "certificate_authority" TEXT, ADD COLUMN "certificate_until" TIMESTAMPTZ(3);
