-- What each host has to promise, as a worker found it, for the gateways, which have no provider.
CREATE TABLE "host_room" (
    "host" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "room" JSONB,
    CONSTRAINT "host_room_pkey" PRIMARY KEY ("host")
);
