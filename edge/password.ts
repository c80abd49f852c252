import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * Passwords at rest: scrypt with a salt each, written like a PHC string, `$scrypt$ln=14,r=8,p=1$salt$hash`.
 * A charger's key is bytes: it is registered as hex or as text and arrives as hex, as text or raw, so both sides are brought to the same
 * bytes first.
 */

const LOG_N = 14;
const HASH_BYTES = 32;

/** The bytes that a password stands for: those that its hex spells (8 bytes or more), else its own. */
function passwordBytes(password: string | Uint8Array): Buffer {
  const bytes = typeof password === "string" ? Buffer.from(password, "utf8") : Buffer.from(password);
  const text = bytes.toString("latin1");
  return /^(?:[0-9a-fA-F]{2}){8,}$/.test(text) ? Buffer.from(text, "hex") : bytes;
}

/** A verifier to store. `salt` is for tests. */
export async function hashPassword(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const hash = await deriveKey(passwordBytes(password), salt, LOG_N, 8, 1, HASH_BYTES);
  return `$scrypt$ln=${LOG_N},r=8,p=1$${base64(salt)}$${base64(hash)}`;
}

/** Compares in constant time. A verifier that cannot be read fits no password. */
export async function verifyPassword(password: string | Uint8Array, stored: string): Promise<boolean> {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored);
  if (!match) return false;
  const [ln, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  if (ln > 20 || ln < 1 || r < 1 || p < 1) return false;
  const expected = Buffer.from(match[5] as string, "base64");
  const salt = Buffer.from(match[4] as string, "base64");
  const actual = await deriveKey(passwordBytes(password), salt, ln, r, p, expected.length);
  return timingSafeEqual(actual, expected);
}

interface VerifierOptions {
  /** How many right passwords are remembered. */
  remembered?: number;
  /** How many may wait for their turn; more are refused. */
  waiting?: number;
  derive?: typeof verifyPassword;
}

export interface PasswordVerifier {
  /** false also where too many wait already. */
  verify(password: string | Uint8Array, stored: string): Promise<boolean>;
}

/**
 * Verifies one password at a time, so that guessing keeps neither the processor nor the threads that write the journal busy, and remembers
 * what was right (as an HMAC under a key of this process) so that a hundred reconnects cost one derivation.
 */
export function createPasswordVerifier(options: VerifierOptions = {}): PasswordVerifier {
  const { remembered = 2000, waiting = 100, derive = verifyPassword } = options;
  const key = randomBytes(32);
  const known = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  let queued = 0;

  async function verify(password: string | Uint8Array, stored: string): Promise<boolean> {
    const tag = createHmac("sha256", key).update(stored).update("\0").update(passwordBytes(password)).digest("base64");
    if (known.has(tag)) return true;
    if (queued >= waiting) return false;
    queued += 1;
    const turn = last.then(() => derive(password, stored));
    last = turn.catch(() => false);
    try {
      const right = await turn;
      if (right) {
        if (known.size >= remembered) known.delete(known.values().next().value as string);
        known.add(tag);
      }
      return right;
    } finally {
      queued -= 1;
    }
  }
  return { verify };
}

function deriveKey(password: Buffer, salt: Buffer, ln: number, r: number, p: number, length: number): Promise<Buffer> {
  const options = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
