/**
 * Texts with a meaning in a program that a name may reach. `canary` is the path of a file that such a text
 * creates.
 */
export function oddNames(canary: string): readonly string[] {
  return [
    ...shell(canary),
    ...sql(canary),
    ...psql(canary),
    ...FORMATS,
    ...PATHS,
    ...MARKUP,
    ...CONTROLS,
    ...NAMES,
  ];
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

const FORMATS = [
  '%s%s%s%n',
  '%x',
  '%99999999d',
  '{0}',
  `\${7*7}`,
  '{{7*7}}',
  '<%= 7*7 %>',
  '#{7*7}',
  `\${jndi:ldap://a/b}`,
  '%%',
  '%n%n',
];

const PATHS = [
  ...[
    '../../../etc/passwd',
    '..',
    '.',
    '/',
    '/etc/passwd',
    '//',
    '~',
    'a/../b',
    '..\\..',
    'file:///etc/passwd',
    'C:\\',
    '/dev/null',
  ],
  ...[
    '/proc/self/environ',
    'a/b',
    'a\0b',
    './.ssh/authorized_keys',
    'con',
    '.hidden',
    'a/',
    '%2e%2e%2f',
    '..%2f',
    'cornac-cornac',
  ],
];

const MARKUP = [
  ...[
    '<script>alert(1)</script>',
    '<a/>',
    '&lt;',
    '&amp;',
    ']]>',
    '<![CDATA[x]]>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
  ],
  ...[
    '&e;',
    '<?xml version="1.0"?>',
    '"/><b c="',
    "'/>",
    '<!-- -->',
    '&#0;',
    '&#xD800;',
    '{"a":1}',
    '[]',
    '"',
    "'",
  ],
];

const CONTROLS = [
  ...[
    'a\r\nX-Injected: 1',
    'a\nb',
    'a\rb',
    '\r\n\r\n<html>',
    '\x1b[2J',
    '\x1b]0;owned\x07',
    '\x1b[31mred',
    '\x07',
    '\b\b\b',
    '\x7f',
    '\x00',
  ],
  ...[
    '\u202eabc',
    '\u200b',
    '\ufeff',
    '\u2028',
    '\u2029',
    '\u0085',
    '\x9b31m',
    '\ud7ff',
    '\ufffe',
    '\u{e0001}',
    'a\tb',
    '\v',
    '\f',
  ],
];

const NAMES = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'null',
    'undefined',
    'NaN',
    'true',
    'None',
    'nil',
    'root',
    'postgres',
    'rdsadmin',
  ],
  ...[
    'cornac',
    'pg_authid',
    'template1',
    'rds_superuser',
    'ａｄｍｉｎ',
    'ⅷ',
    'ß',
    'İ',
    'раураl',
    '💥',
    'é',
    'a'.repeat(64),
    'a'.repeat(257),
  ],
  ...[
    'a'.repeat(2_705),
    '-',
    '--',
    'a-',
    'a--b',
    '1a',
    '_a',
    ' a',
    'a ',
    '',
    ' ',
    'a b',
    'aws:x',
    'rds:x',
    'AWS:X',
  ],
];
