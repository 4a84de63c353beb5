-- For retention, which looks for what has ended long ago, and for who asks after an instance by its name.
CREATE INDEX "operation_closed_at_idx" ON "operation"("closed_at");
CREATE INDEX "operation_identifier_created_at_idx" ON "operation"("identifier", "created_at");
