import { hasPasswordField, textOf } from '../lib/html-forms.js';
import { isSignInUrl } from '../lib/sign-in.js';
import type { HoldDetail, HoldReason } from '../types.js';
import { findReturned, type Sent } from './returned-form.js';

/** The answer to an attempt, as far as it was read. */
export interface Answer {
  status: number;
  /** Where it came from in the end, absolute. */
  url: string;
  /** At least one redirect was followed. */
  redirected: boolean;
  /** Empty when there was none. */
  contentType: string;
  /** Its text, of any type, as far as it was read. */
  html?: string;
  /** The text broke off. */
  cut: boolean;
  /** A cookie or meta of the answer carries this submission's key. */
  proof?: boolean;
  /** From `Retry-After`, epoch milliseconds. */
  retryAt?: number;
  /** The answer itself, unread, where a caller in this page waits for it. */
  response?: Response;
}

export interface Context extends Sent {
  /** The option: `auto` or a path prefix. */
  signIn: string;
  /** The token of this attempt was a fresh one. @default false */
  refreshed?: boolean;
}

/** What an answer means for its submission. */
export type Verdict =
  /** `proven` by the server itself or by a redirect within the site; else something in between may have answered. */
  | { class: 'acknowledged'; proven: boolean }
  /** Not taken: the same again later. */
  | { class: 'busy'; retryAt?: number }
  /** It may or may not have been taken. */
  | { class: 'unknown' }
  /** The token was refused: once more with a fresh one. */
  | { class: 'csrf' }
  | { class: 'held'; reason: HoldReason; detail?: HoldDetail };

const held = (reason: HoldReason) => ({ class: 'held', reason }) as const;
const unknown: Verdict = { class: 'unknown' };

/**
 * Says what the answer to a replay, or to a submission by fetch, means. Evidence counts in this order: the server's proof,
 * sign-in, the CSRF token, the same form come back, the status. A body that broke off after the headers changes only
 * what can be seen in it. Never throws, whatever the answer.
 */
export function classify(answer: Answer, context: Context): Verdict {
  if (answer.proof) return { class: 'acknowledged', proven: true };
  const html = htmlOf(answer);
  const returned = findReturned(html, answer, context);
  if (needsSignIn(answer, html, returned !== 'absent', context)) return held('sign-in');
  if (refusesToken(answer, html)) {
    if (!context.refreshed) return { class: 'csrf' };
    return held(answer.status === 419 ? 'sign-in' : 'refused');
  }
  const ofKey = speaksOfKey(answer);
  if (ofKey) return ofKey;
  if (answer.status >= 200 && answer.status < 300) return taken(answer, returned, context);
  if (answer.status < 500 && returned !== 'absent') return held('rejected');
  return answer.redirected ? afterRedirect(answer) : byStatus(answer);
}

function taken(answer: Answer, returned: ReturnType<typeof findReturned>, context: Context): Verdict {
  if (!sameOrigin(answer.url, context.submittedUrl)) return held('unknown');
  if (answer.redirected) {
    // The redirect came after the POST. A page with the form may follow it; only one that marks errors refuses.
    return returned === 'invalid' ? held('rejected') : { class: 'acknowledged', proven: true };
  }
  if (returned === 'invalid' || returned === 'filled') return held('rejected');
  // A blank form may be the next one or a refusal that forgot the values: the answer does not say.
  return returned === 'blank' ? held('unknown') : { class: 'acknowledged', proven: false };
}

/** A redirect came, then an error: most likely the POST was taken and the page after it failed. */
const afterRedirect = ({ status }: Answer): Verdict =>
  status >= 400 && status < 500 && status !== 429 && status !== 408 ? held('unknown') : unknown;

function byStatus({ status, retryAt }: Answer): Verdict {
  if (waits.has(status) || (status >= 500 && status < 600)) {
    return retryAt === undefined ? { class: 'busy' } : { class: 'busy', retryAt };
  }
  if (rejects.has(status)) return held('rejected');
  if (status >= 400 && status < 500) return held('refused');
  // A redirect that leads nowhere: the server has handled the POST in some way, and would again.
  return status >= 300 && status < 400 ? held('unknown') : unknown;
}

/** Proxy wants to know the person, timeout, first one still running, too early, too many. */
const waits = new Set([407, 408, 409, 425, 429]);
/** The content was looked at and not wanted; other 4xx refuse whatever it is. */
const rejects = new Set([400, 406, 412, 413, 422]);

function needsSignIn(
  answer: Answer,
  html: string,
  returned: boolean,
  { signIn, submittedUrl }: Context,
): boolean {
  if (answer.status === 401) return true;
  const page = (answer.status >= 200 && answer.status < 300) || answer.status === 403;
  if (!page || returned) return false;
  const moved = pathOf(answer.url) !== pathOf(submittedUrl);
  if (answer.redirected && moved && isSignInUrl(answer.url, signIn)) return true;
  // Some sites put the sign-in page in the place of the answer, without a redirect.
  return signIn === 'auto' && hasPasswordField(html);
}

/** Only what a person reads is asked: most pages of such sites carry a token in their markup. Rails says it in its own words. */
function refusesToken({ status, html: text = '' }: Answer, html: string): boolean {
  if (status === 419) return true;
  if (status !== 403 && status !== 400 && status !== 422) return false;
  const words = html === '' ? text.slice(0, 65_536) : textOf(html);
  return /[cx]srf|cross[- ]site request forgery|anti-?forgery|InvalidAuthenticityToken|The change you wanted was rejected/i.test(
    words,
  );
}

/**
 * Said of the idempotency key, and of nothing that a person typed: another body came under it before, or it is not
 * understood (draft-ietf-httpapi-idempotency-key-header, section 2.7). 409 is as any other.
 */
function speaksOfKey({ status, contentType, html = '' }: Answer): Verdict | undefined {
  if ((status !== 422 && status !== 400) || /html/i.test(contentType)) return undefined;
  if (!/idempoten/i.test(html.slice(0, 65_536))) return undefined;
  return status === 422 ? { ...held('unknown'), detail: 'key-spent' } : held('refused');
}

/** The answer's text, if it is a page; else empty. */
export const htmlOf = ({ contentType, html = '' }: Answer): string => {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  const isHtml =
    type === 'text/html' || type === 'application/xhtml+xml' || (type === '' && /^\s*</.test(html));
  return isHtml ? html : '';
};

const sameOrigin = (one: string, other: string): boolean => originOf(one) === originOf(other);
const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '');
const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : url);
