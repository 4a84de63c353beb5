-- DB snapshots. A snapshot outlives its instance, so that it refers to none: it keeps what a restore needs of the instance.
CREATE TABLE "db_snapshot" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "operation_id" UUID,
    "dbi_resource_id" TEXT NOT NULL,
    "instance_identifier" TEXT NOT NULL,
    "db_instance_class" TEXT NOT NULL,
    "engine_version" TEXT NOT NULL,
    "allocated_storage" INTEGER NOT NULL,
    "storage_type" TEXT NOT NULL,
    "master_username" TEXT NOT NULL,
    "db_name" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "instance_available_at" TIMESTAMPTZ(3),
    "percent_progress" INTEGER NOT NULL DEFAULT 0,
    "tags" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "db_snapshot_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "db_snapshot_identifier_key" ON "db_snapshot"("identifier");
CREATE INDEX "db_snapshot_operation_id_idx" ON "db_snapshot"("operation_id");
CREATE INDEX "db_snapshot_dbi_resource_id_idx" ON "db_snapshot"("dbi_resource_id");
