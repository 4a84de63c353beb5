-- The automated backups of instances that were deleted without them. Earlier versions kept none.
CREATE TABLE "retained_backup" (
    "dbi_resource_id" TEXT NOT NULL,
    "instance" JSONB NOT NULL,
    "backup_retention_period" INTEGER NOT NULL,
    "preferred_backup_window" TEXT NOT NULL,
    "option_group" TEXT,
    "latest_restorable_at" TIMESTAMPTZ(3) NOT NULL,
    "retained_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "retained_backup_pkey" PRIMARY KEY ("dbi_resource_id")
);
