-- An instance is no longer its machine and its address: docs/decisions/0014. Machines and addresses of before stay as they are.
CREATE TABLE "server" (
    "id" UUID NOT NULL,
    "dbi_resource_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "machine" TEXT NOT NULL,
    "host" TEXT,
    "address" TEXT,
    "facts" JSONB NOT NULL DEFAULT '{}',
    CONSTRAINT "server_pkey" PRIMARY KEY ("id")
);
INSERT INTO "server" ("id", "dbi_resource_id", "role", "machine", "host", "address")
    SELECT gen_random_uuid(), "dbi_resource_id", 'primary', "machine", "host", "address" FROM "instance";
CREATE UNIQUE INDEX "server_machine_key" ON "server"("machine");
CREATE INDEX "server_dbi_resource_id_idx" ON "server"("dbi_resource_id");

CREATE TABLE "endpoint" (
    "identifier" TEXT NOT NULL,
    "dbi_resource_id" TEXT NOT NULL,
    "address" TEXT,
    "port" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "endpoint_pkey" PRIMARY KEY ("identifier")
);
INSERT INTO "endpoint" ("identifier", "dbi_resource_id", "address", "port")
    SELECT "identifier", "dbi_resource_id", "address", "port" FROM "instance";
CREATE UNIQUE INDEX "endpoint_dbi_resource_id_key" ON "endpoint"("dbi_resource_id");

ALTER TABLE "instance"
    ADD COLUMN "primary_server_id" UUID,
    ADD COLUMN "preferred_maintenance_window" TEXT;
UPDATE "instance" AS i SET
    "primary_server_id" = s."id",
    "preferred_maintenance_window" = i."settings" ->> 'preferredMaintenanceWindow',
    "settings" = i."settings" - 'preferredMaintenanceWindow'
    FROM "server" AS s WHERE s."dbi_resource_id" = i."dbi_resource_id";
ALTER TABLE "instance"
    ALTER COLUMN "preferred_maintenance_window" SET NOT NULL,
    DROP COLUMN "machine",
    DROP COLUMN "host",
    DROP COLUMN "address",
    DROP COLUMN "port";
CREATE UNIQUE INDEX "instance_primary_server_id_key" ON "instance"("primary_server_id");

ALTER TABLE "server" ADD CONSTRAINT "server_dbi_resource_id_fkey"
    FOREIGN KEY ("dbi_resource_id") REFERENCES "instance"("dbi_resource_id") ON DELETE CASCADE ON UPDATE RESTRICT;
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_dbi_resource_id_fkey"
    FOREIGN KEY ("dbi_resource_id") REFERENCES "instance"("dbi_resource_id") ON DELETE CASCADE ON UPDATE RESTRICT;
ALTER TABLE "instance" ADD CONSTRAINT "instance_primary_server_id_fkey"
    FOREIGN KEY ("primary_server_id") REFERENCES "server"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
