-- What users set in a group after an instance has chosen it reaches its server at once. What they set in earlier
-- versions has the revision 0, so that all of it waits for the restart.
ALTER TABLE "instance" ADD COLUMN "parameter_group_revision" INTEGER NOT NULL DEFAULT 0;
