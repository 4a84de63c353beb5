import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('Jdbc.java', import.meta.url));
/** PostgreSQL's driver for JDBC, and what it needs: from Debian's package. A missing file is no error. */
const DRIVER = ['postgresql', 'scram-client', 'scram-common', 'saslprep', 'stringprep'].map(
  (name) => `/usr/share/java/${name}.jar`,
);

/**
 * Compiles the program that connects with JDBC.
 * @param directory for its class
 * @returns a function that connects to a URL, and returns whether the session has TLS. It throws an Error with the
 *   driver's message
 */
export function compileJdbc(directory: string) {
  execFileSync('javac', ['-d', directory, SOURCE]);
  const classPath = [directory, ...DRIVER].join(':');
  return (url: string, user: string, password: string): boolean => {
    const options = { input: password, encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('java', ['-cp', classPath, 'Jdbc', url, user], options).trim() === 'true';
  };
}
