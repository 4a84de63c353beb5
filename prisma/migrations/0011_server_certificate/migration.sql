-- The certificate that a server has, as its machine last reported it. Servers of before get theirs from the first worker.
ALTER TABLE "server" ADD COLUMN "certificate_authority" TEXT, ADD COLUMN "certificate_until" TIMESTAMPTZ(3);
