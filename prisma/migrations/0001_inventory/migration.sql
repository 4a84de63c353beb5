CREATE TABLE "instance" (
    "dbi_resource_id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "operation_id" UUID,
    "db_instance_class" TEXT NOT NULL,
    "engine_version" TEXT NOT NULL,
    "allocated_storage" INTEGER NOT NULL,
    "master_username" TEXT NOT NULL,
    "db_name" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "machine" TEXT NOT NULL,
    "address" TEXT,
    "deletion_protection" BOOLEAN NOT NULL,
    "settings" JSONB NOT NULL,
    "pending" JSONB NOT NULL,
    "tags" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "available_at" TIMESTAMPTZ(3),
    CONSTRAINT "instance_pkey" PRIMARY KEY ("dbi_resource_id")
);
CREATE UNIQUE INDEX "instance_identifier_key" ON "instance"("identifier");
CREATE UNIQUE INDEX "instance_operation_id_key" ON "instance"("operation_id");
CREATE UNIQUE INDEX "instance_machine_key" ON "instance"("machine");

CREATE TABLE "operation" (
    "id" UUID NOT NULL,
    "dbi_resource_id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "error" TEXT,
    "request_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    CONSTRAINT "operation_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "operation_dbi_resource_id_created_at_idx" ON "operation"("dbi_resource_id", "created_at");
CREATE INDEX "operation_state_created_at_idx" ON "operation"("state", "created_at");

CREATE TABLE "secret" (
    "dbi_resource_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "version" UUID NOT NULL,
    CONSTRAINT "secret_pkey" PRIMARY KEY ("dbi_resource_id", "purpose")
);

CREATE TABLE "event" (
    "id" BIGSERIAL NOT NULL,
    "date" TIMESTAMPTZ(3) NOT NULL,
    "source_type" TEXT NOT NULL,
    "source_identifier" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "categories" TEXT[],
    "message" TEXT NOT NULL,
    "dedupe" TEXT,
    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "event_date_idx" ON "event"("date");
CREATE INDEX "event_source_type_source_identifier_date_idx" ON "event"("source_type", "source_identifier", "date");
CREATE UNIQUE INDEX "event_dedupe_key" ON "event"("dedupe");

CREATE TABLE "invocation" (
    "access_key_id" TEXT NOT NULL,
    "invocation_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "invocation_pkey" PRIMARY KEY ("access_key_id", "invocation_id", "fingerprint")
);
CREATE INDEX "invocation_created_at_idx" ON "invocation"("created_at");

CREATE TABLE "engine_version" (
    "version" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "engine_version_pkey" PRIMARY KEY ("version")
);
