// Exit statuses of the guest's verbs: appliance/guest/lib.sh.

/** The verb has not finished, and is called again. */
export const AGAIN = 75;
/** The same call would be refused again, however often it is repeated. */
export const REFUSED = 65;
/** The verb did not get a lock in time. */
export const LOCKED = 55;
/** A process of the server does not end, because the kernel waits for a device. */
export const STUCK = 56;
/** The machine has no cluster. */
export const NO_CLUSTER = 66;
/** The machine does not have the programs of that version of PostgreSQL. */
export const NO_VERSION = 69;
/** The machine does not see the size of its disk. */
export const DISK_SIZE = 74;
