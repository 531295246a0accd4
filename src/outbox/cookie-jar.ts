import type { CsrfOptions } from '../options.js';
import { tokenCookies } from './csrf.js';

/**
 * What tells the cookies of this moment from those of another sign-in, as far as a page can see: Django gives a CSRF token of
 * its own at each sign-in, in a cookie. Somebody may have signed in by a page that is still on its way here. Never the token:
 * a short hash of it (FNV-1a), which says nothing. Empty where there is none.
 */
export function createCookieJar(
  option: 'auto' | CsrfOptions,
  readCookie: (name: string) => string | undefined,
): () => string {
  const names = tokenCookies(option);
  return () => {
    const tokens = names.map(readCookie).filter((token) => token !== undefined);
    return tokens.length === 0 ? '' : hash(tokens.join());
  };
}

function hash(text: string): string {
  let sum = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x0100_0193);
  return (sum >>> 0).toString(36);
}
