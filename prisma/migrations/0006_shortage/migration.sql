ALTER TABLE "instance" ADD COLUMN "shortage" TEXT;
