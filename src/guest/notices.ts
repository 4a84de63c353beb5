const MAX_NOTICES = 20;

/**
 * The messages to people in a verb's output: its lines `note: …`. At most 20, each of at most 160 harmless
 * characters. Other lines are ignored, because database users choose the names in them.
 */
export function parseNotices(stdout: string): readonly string[] {
  const found = stdout.split('\n').flatMap((line) => {
    const [, text] = /^note: ([A-Za-z0-9_.? -]{1,160})$/.exec(line) ?? [];
    return text === undefined ? [] : [text];
  });
  const notices = [...new Set(found)];
  if (notices.length <= MAX_NOTICES) return notices;
  return [...notices.slice(0, MAX_NOTICES - 1), `and ${notices.length - MAX_NOTICES + 1} more`];
}
