export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
/** Where a size is told in KiB. */
export const KIB_PER_GIB = 1024 ** 2;
