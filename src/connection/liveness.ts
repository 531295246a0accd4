/** The header counts seconds, and clocks differ a little: no reason for doubt, milliseconds. */
const tolerance = 2000;

export interface Liveness {
  /** Whether this `Date`, of an answer asked for at that time, may be a stored one's: ask again and compare. */
  doubts(date: string | null, asked: number): boolean;
  /** Settles a doubt, with the `Date` of a second answer that was asked for more than a second later. */
  isLive(first: string | null, second: string | null, asked: number): boolean;
}

/**
 * Tells live answers from those that a service worker kept and gives out under the address asked for (a rebuilt
 * `Response` has no address of its own, so the nonce shows nothing). A live server's `Date` moves on, whatever the
 * clock of this device says.
 */
export function createLiveness(): Liveness {
  let ahead = 0;
  let last: { date: string | null; at: number } | undefined;

  const accept = (date: string | null, at: number) => {
    last = { date, at };
    if (date !== null) ahead = at - Date.parse(date);
  };

  return {
    doubts(date, at) {
      const stands = last !== undefined && date === last.date && at - last.at >= 2000;
      const lost = date === null && last !== undefined && last.date !== null;
      const old = date !== null && at - Date.parse(date) - ahead > tolerance;
      if (date === null ? lost : stands || old) return true;
      accept(date, at);
      return false;
    },
    isLive(first, second, at) {
      if (first === null || second === null || Date.parse(second) <= Date.parse(first)) return false;
      accept(second, at);
      return true;
    },
  };
}
