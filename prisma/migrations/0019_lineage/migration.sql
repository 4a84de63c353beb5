-- A lineage is the history of one server: what its backups and its archived log belong to. It outlives its instance.
CREATE TABLE "lineage" (
    "id" TEXT NOT NULL,
    "dbi_resource_id" TEXT NOT NULL,
    "sealed_key" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "lineage_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "lineage_dbi_resource_id_key" ON "lineage"("dbi_resource_id");

-- No snapshot exists yet.
ALTER TABLE "db_snapshot" ADD COLUMN "lineage_id" TEXT NOT NULL;
CREATE INDEX "db_snapshot_lineage_id_idx" ON "db_snapshot"("lineage_id");
