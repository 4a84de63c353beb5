-- What a restore needs of the instance as it was when its snapshot was made.
ALTER TABLE "db_snapshot" ADD COLUMN "iops" INTEGER;
ALTER TABLE "db_snapshot" ADD COLUMN "storage_throughput" INTEGER;
ALTER TABLE "db_snapshot" ADD COLUMN "instance_tags" JSONB NOT NULL DEFAULT '[]';

UPDATE "db_snapshot" SET
    "iops" = ("instance"."settings" ->> 'iops')::integer,
    "storage_throughput" = ("instance"."settings" ->> 'storageThroughput')::integer,
    "instance_tags" = "instance"."tags"
FROM "instance" WHERE "instance"."dbi_resource_id" = "db_snapshot"."dbi_resource_id";
