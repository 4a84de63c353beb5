import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

// PostgreSQL's default, scram_iterations.
const ITERATIONS = 4096;

function hmac(key: Buffer, text: string) {
  return createHmac('sha256', key).update(text).digest();
}

/**
 * The SCRAM-SHA-256 verifier of a password, in the form that PostgreSQL stores and accepts in `ALTER ROLE …
 * PASSWORD` (RFC 5803). It does not reveal the password. Printable ASCII needs no SASLprep, and RDS allows
 * nothing else.
 */
export async function scramVerifier(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const salted = await derive(password, salt, ITERATIONS, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
