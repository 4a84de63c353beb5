-- DB subnet groups of users. An instance without a group is in `default`, which has no row.
CREATE TABLE "db_subnet_group" (
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "subnet_ids" TEXT[],
    "tags" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "db_subnet_group_pkey" PRIMARY KEY ("name")
);

ALTER TABLE "instance" ADD COLUMN "db_subnet_group_name" TEXT;
CREATE INDEX "instance_db_subnet_group_name_idx" ON "instance"("db_subnet_group_name");
ALTER TABLE "instance" ADD CONSTRAINT "instance_db_subnet_group_name_fkey"
    FOREIGN KEY ("db_subnet_group_name") REFERENCES "db_subnet_group"("name") ON DELETE RESTRICT ON UPDATE RESTRICT;
