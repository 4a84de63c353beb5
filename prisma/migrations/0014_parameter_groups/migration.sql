-- DB parameter groups that users make. Default groups have no rows, because they follow from the versions.
CREATE TABLE "parameter_group" (
    "name" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "tags" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "parameter_group_pkey" PRIMARY KEY ("name")
);

-- Null: the default group, which every existing instance has, and its values.
ALTER TABLE "instance" ADD COLUMN "parameter_group" TEXT;
ALTER TABLE "instance" ADD COLUMN "applied_parameters" JSONB;
CREATE INDEX "instance_parameter_group_idx" ON "instance"("parameter_group");
-- A group that an instance uses cannot be deleted.
ALTER TABLE "instance" ADD CONSTRAINT "instance_parameter_group_fkey"
    FOREIGN KEY ("parameter_group") REFERENCES "parameter_group"("name") ON DELETE RESTRICT ON UPDATE RESTRICT;
