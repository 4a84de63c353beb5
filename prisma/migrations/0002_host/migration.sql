ALTER TABLE "instance" ADD COLUMN "host" TEXT;
