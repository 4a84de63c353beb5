-- The next look at each instance finds out whether its archiving fails.
ALTER TABLE "instance" ADD COLUMN "archive_failing_since" TIMESTAMPTZ(3);
