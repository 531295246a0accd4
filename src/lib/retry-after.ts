const day = 86_400_000;

/**
 * When a `Retry-After` header lets us come back (epoch milliseconds), `undefined` when there is none to be understood.
 * Seconds or an HTTP date (RFC 9110 §10.2.3). Never more than a day ahead: a server's typing mistake must not strand
 * a submission.
 */
export function retryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const at = /^\d+$/.test(text) ? now + Number(text) * 1000 : dateOf(text);
  if (at === undefined || Number.isNaN(at) || at <= now) return undefined;
  return Math.min(at, now + day);
}

/** Only what looks like an HTTP date: `Date.parse` alone takes `-5` and `1.5` for years. */
function dateOf(text: string): number | undefined {
  return /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : undefined;
}
