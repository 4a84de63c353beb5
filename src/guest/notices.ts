const MOST = 20;

/**
 * What a verb tells people beside its result: its lines `note: …`. At most 20 of them, each of 160 letters that do no harm
 * wherever they are shown; what does not look like one is nothing. The names in them are a database user's choice.
 */
export function parseNotices(stdout: string): readonly string[] {
  const found = stdout.split('\n').flatMap((line) => {
    const [, text] = /^note: ([A-Za-z0-9_.? -]{1,160})$/.exec(line) ?? [];
    return text === undefined ? [] : [text];
  });
  const notices = [...new Set(found)];
  if (notices.length <= MOST) return notices;
  return [...notices.slice(0, MOST - 1), `and ${notices.length - MOST + 1} more`];
}
