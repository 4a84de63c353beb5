-- An operation is one on a resource of some kind; dbi_resource_id and identifier are the id and the name of that resource.
-- They keep their names, and the kind has a default, because a worker of the version before this one may still write.
ALTER TABLE "operation" ADD COLUMN "resource_kind" TEXT NOT NULL DEFAULT 'db-instance';

-- Names of resources of two kinds may be equal.
DROP INDEX "operation_identifier_created_at_idx";
CREATE INDEX "operation_resource_kind_identifier_created_at_idx" ON "operation"("resource_kind", "identifier", "created_at");

-- One operation may hold several resources.
DROP INDEX "instance_operation_id_key";
CREATE INDEX "instance_operation_id_idx" ON "instance"("operation_id");
