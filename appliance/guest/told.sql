-- Prints the corrections of roles.sql, in characters that are harmless wherever they are printed.
SELECT 'note: ' || left(regexp_replace(line, '[^A-Za-z0-9_. -]', '?', 'g'), 160)
FROM jsonb_array_elements_text(coalesce(nullif(current_setting('cornac.told', true), ''), '[]')::jsonb) AS line;
