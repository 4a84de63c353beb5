CREATE TABLE "identity" (
    "id" INTEGER NOT NULL,
    "inventory_id" UUID NOT NULL,
    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);
INSERT INTO "identity" ("id", "inventory_id") VALUES (1, gen_random_uuid());
