/**
 * Characters that XML 1.0 cannot hold, nor PostgreSQL all of them: controls other than tab, line feed and carriage
 * return, halves of surrogate pairs, and the two non-characters.
 */
export const FORBIDDEN_CHARACTER = /[^\P{Cc}\t\n\r]|[\p{Cs}\ufffe\uffff]/u;
