import { oddTexts } from './odd-texts.ts';

/**
 * Texts with a meaning in a program that a name may reach. `canary` is the path of a file that such a text
 * creates.
 */
export function oddNames(canary: string): readonly string[] {
  return [...shell(canary), ...sql(canary), ...psql(canary), ...oddTexts];
}

function shell(canary: string): string[] {
  const command = `touch ${canary}`;
  const ways = [
    ...[`$(${command})`, `\`${command}\``, `;${command};`, `|${command}`, `&&${command}`, `& ${command} &`],
    ...[
      `'; ${command} #`,
      `"; ${command} #`,
      `\n${command}\n`,
      `\${IFS}${command}`,
      `$(${command.replace(' ', '$IFS')})`,
    ],
    ...[
      `>${canary}`,
      `<(${command})`,
      `-o ProxyCommand=${command}`,
      `--help`,
      `-c ${command}`,
      `{touch,${canary}}`,
    ],
    ...[
      `a$(${command})`,
      `a\`${command}\``,
      `a;${command}`,
      `a'b`,
      'a"b',
      'a\\',
      "$'\\x41'",
      '~root',
      '*',
      '?',
      '[a-z]',
      '!!',
      '#',
    ],
  ];
  return [...ways, ...ways.slice(0, 12).map((way) => `a ${way} b`)];
}

function sql(canary: string): string[] {
  return [
    ...[
      "' OR '1'='1",
      "'; DROP TABLE instance; --",
      "a'; SELECT pg_sleep(9); --",
      "') OR TRUE --",
      '"; DROP ROLE rdsadmin; --',
    ],
    ...[
      `'; COPY (SELECT 1) TO PROGRAM 'touch ${canary}'; --`,
      `$$; COPY x FROM PROGRAM 'touch ${canary}'; $$`,
      "\\'; --",
    ],
    ...[
      'a"b',
      'a""b',
      "a''b",
      '/* */',
      '--',
      ';',
      '$1',
      '$tag$',
      "E'\\x27'",
      "U&'\\0027'",
      'a%',
      'a_',
      '%s',
      ':name',
      '?',
    ],
    ...[
      '1; ALTER ROLE postgres SUPERUSER',
      "x' UNION SELECT rolpassword FROM pg_authid --",
      "x'||(SELECT 1)||'",
      '\u02bc; --',
    ],
  ];
}

function psql(canary: string): string[] {
  return [
    ...[
      `\\! touch ${canary}`,
      `\\o ${canary}`,
      `\n\\! touch ${canary}`,
      '\\q',
      '\\i /etc/passwd',
      '\\copy x from /etc/passwd',
    ],
    ...[`\\g |touch ${canary}`, ":'x'", ':"x"', ':x', '\\gexec', '\\set x `id`', '\\c rdsadmin'],
  ];
}
