-- Instances of earlier versions had no automated backups.
ALTER TABLE "instance" ADD COLUMN "backup_retention_period" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "instance" ADD COLUMN "latest_restorable_at" TIMESTAMPTZ(3);
