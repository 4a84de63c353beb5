-- What the steps of an operation have found and done, as its own activities write it: nothing of it comes from Temporal.
ALTER TABLE "operation" ADD COLUMN "facts" JSONB NOT NULL DEFAULT '{}';
