/** How programs end, for whoever started them. */

/** What `sysexits.h` calls EX_USAGE. */
export const MISUSED = 64
