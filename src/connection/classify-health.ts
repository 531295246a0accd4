import { hasPasswordField } from '../lib/html-forms.js';
import { retryAfter } from '../lib/retry-after.js';
import { isSignInUrl } from '../lib/sign-in.js';
import type { Reading } from '../types.js';
import { readHealthBody, type HealthBody } from './health-body.js';

/** An answer as far as it came. */
export interface HealthAnswer {
  status: number;
  headers: Headers;
  /** Final address, after redirects. */
  url: string;
  redirected: boolean;
  /** `undefined`: it was cut short. */
  body: string | undefined;
}

export interface Asked {
  /** With the nonce. */
  url: string;
  /** Option `signIn`. */
  signIn: string;
  /** Epoch milliseconds, for `Retry-After`. */
  now: number;
}

export type Verdict = Pick<Reading, 'state' | 'retryAt' | 'checks' | 'idempotency' | 'keyLife' | 'stored'>;

/**
 * What an answer of the health URL says about the server. Only an answer that nobody else would have given counts as
 * `online`: 204, JSON, or a short plain text, fresh from the server.
 */
export function classifyHealth(answer: HealthAnswer, asked: Asked): Verdict {
  const { status, body } = answer;
  const contentType = answer.headers.get('content-type') ?? '';
  const said = body === undefined ? undefined : readHealthBody(contentType, body);
  if (isStored(answer, asked.url)) return { state: 'intercepted', ...(said?.state && { stored: true }) };
  if (status === 401 || status === 419 || leadsToSignIn(answer, asked)) return { state: 'signed-out' };
  if (new URL(answer.url).origin !== new URL(asked.url).origin) return { state: 'intercepted' };
  const kind = byStatus(status);
  if (kind === 'down') return { state: 'down', ...details(said), ...comeBack(answer, asked.now) };
  if (kind === 'misconfigured') return { state: isPage(contentType, status) ? 'intercepted' : kind };
  if (kind !== 'content') return { state: kind };
  if (status === 204) return { state: 'online' };
  if (body === undefined) return { state: 'down' };
  if (!said?.state) return { state: 'intercepted' };
  return { state: said.state, ...details(said), ...(said.state === 'down' && comeBack(answer, asked.now)) };
}

/**
 * A cache that leaves out the query when it compares (a service worker's `ignoreSearch`, say) gives itself away by an
 * address without our nonce, a shared cache by `Age` (RFC 9111 §5.1).
 */
function isStored({ headers, redirected, url }: HealthAnswer, asked: string): boolean {
  return (
    Number(headers.get('age') ?? 0) > 0 || (!redirected && new URL(url).search !== new URL(asked).search)
  );
}

/** Asked only after a redirect: captive portals have password fields too. */
const leadsToSignIn = ({ redirected, url, body = '' }: HealthAnswer, { signIn }: Asked): boolean =>
  redirected && (isSignInUrl(url, signIn) || (signIn === 'auto' && hasPasswordField(body)));

function byStatus(status: number): 'content' | 'misconfigured' | 'down' | 'unreachable' | 'intercepted' {
  // Proxy authentication and network authentication (RFC 6585 §6) are asked for by something in between.
  if (status === 407 || status === 511) return 'intercepted';
  // What service workers are taught to answer when the network fails; a server's own 408 means no more.
  if (status === 408) return 'unreachable';
  // 429 is the server asking for less: whatever waits is sent when it allows it again.
  if (status >= 500 || status === 429) return 'down';
  if (status >= 400) return 'misconfigured';
  return status >= 200 && status < 300 ? 'content' : 'intercepted';
}

/** A refusal with a page for people comes from in between, save where servers answer so themselves. */
const isPage = (contentType: string, status: number): boolean =>
  /html/i.test(contentType) && ![404, 405, 410].includes(status);

function details(said: HealthBody | undefined): Pick<Verdict, 'checks' | 'idempotency' | 'keyLife'> {
  return {
    ...(said?.checks && { checks: said.checks }),
    ...(said?.idempotency && { idempotency: true }),
    ...(said?.keyLife && { keyLife: said.keyLife }),
  };
}

function comeBack(answer: HealthAnswer, now: number): Pick<Verdict, 'retryAt'> {
  const retryAt = retryAfter(answer.headers.get('retry-after'), now);
  return retryAt === undefined ? {} : { retryAt };
}
