/** What XML 1.0 cannot hold: the opposite of its production `Char`. PostgreSQL cannot hold all of it either. */
export const FORBIDDEN_CHARACTER = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
