export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
/** For sizes in KiB. */
export const KIB_PER_GIB = 1024 ** 2;
