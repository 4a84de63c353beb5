-- Option groups of users. An instance without a group has the default one of its major version, which has no row.
CREATE TABLE "option_group" (
    "name" TEXT NOT NULL,
    "major_version" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "tags" JSONB NOT NULL,
    "source" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "option_group_pkey" PRIMARY KEY ("name")
);

ALTER TABLE "instance" ADD COLUMN "option_group_name" TEXT;
CREATE INDEX "instance_option_group_name_idx" ON "instance"("option_group_name");
ALTER TABLE "instance" ADD CONSTRAINT "instance_option_group_name_fkey"
    FOREIGN KEY ("option_group_name") REFERENCES "option_group"("name") ON DELETE RESTRICT ON UPDATE RESTRICT;
