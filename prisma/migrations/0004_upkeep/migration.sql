ALTER TABLE "instance" ADD COLUMN "lost_at" TIMESTAMPTZ(3);

CREATE TABLE "reconcile_round" (
    "id" INTEGER NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "missing" INTEGER NOT NULL,
    "held_back" TEXT,
    CONSTRAINT "reconcile_round_pkey" PRIMARY KEY ("id")
);
