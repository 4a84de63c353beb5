CREATE TABLE "signature" (
    "access_key_id" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "good_until" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "signature_pkey" PRIMARY KEY ("access_key_id", "signature")
);
CREATE INDEX "signature_good_until_idx" ON "signature"("good_until");
