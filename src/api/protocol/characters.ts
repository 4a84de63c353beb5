/**
 * A character outside XML 1.0's production `Char`. PostgreSQL cannot store some of these characters either.
 */
export const FORBIDDEN_CHARACTER = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
