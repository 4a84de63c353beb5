-- Earlier versions had no read replicas.
ALTER TABLE "instance" ADD COLUMN "replica_source_id" TEXT;
ALTER TABLE "instance" ADD COLUMN "replica_source" TEXT;
ALTER TABLE "instance" ADD COLUMN "read_replicas" TEXT[] DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "instance" ADD COLUMN "replication_fault" TEXT;
