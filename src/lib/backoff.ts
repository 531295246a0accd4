export interface Backoff {
  /** First ceiling, milliseconds. */
  delay: number;
  /** Largest ceiling, milliseconds. */
  limit: number;
}

/**
 * Exponential backoff with full jitter: anything from nothing to the ceiling of this attempt. The cap is inside the
 * jitter, so that many clients at the cap are still spread out.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(
  attempt: number,
  { delay, limit }: Backoff,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(limit, delay * 2 ** Math.min(Math.max(attempt - 1, 0), 30));
  return random() * ceiling;
}
