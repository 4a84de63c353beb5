// Exit statuses of the guest's verbs: appliance/guest/lib.sh.

/** The verb has not finished, and is called again. */
export const AGAIN = 75;
/** The same call would be refused again, however often it is repeated. */
export const REFUSED = 65;
/** The verb did not get a lock in time. */
export const LOCKED = 55;
