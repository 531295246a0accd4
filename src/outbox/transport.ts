import ky, { isTimeoutError, type Options as KyOptions } from 'ky';
import type { HeadersFor, IdempotencyOptions, RetryOptions } from '../options.js';
import type { EntryRecord } from '../storage/records.js';
import type { Body, Field, HoldDetail, HoldReason } from '../types.js';
import { classify, type Answer, type Verdict } from './classify.js';
import { bodyOf, contextOf, headersOf } from './context.js';
import { placeToken, type Csrf } from './csrf.js';
import { boundaryOf, encode } from './encode.js';
import { watchPolicy } from './policy-watch.js';
import { readAnswer } from './read-answer.js';
import { upload, uploadSize } from './upload.js';

export interface Delivered {
  verdict: Verdict;
  /** Absent when no answer came. */
  answer?: Answer;
  /** When the request that decided left, epoch milliseconds; absent when none did. */
  startedAt?: number;
}

/** Asked between the attempts of one delivery. */
export interface Going {
  /** Whether the next attempt may still be made: lease, owner, breaker, connection. Renews the lease. */
  again(): Promise<boolean>;
  /** Whether the cookies are still those of whom it was claimed for, as far as can be seen. */
  isSameJar?(): boolean;
  /** Asks the server now whether it is there: then it is this request alone that gets no answer. */
  isReachable(): Promise<boolean>;
  /** Ends the attempts: the page is leaving. */
  signal: AbortSignal;
  /** A caller in this page wants the answer itself. */
  isAwaited?: boolean;
  /** No answer came to the last attempt. */
  failed?(error: unknown): void;
  /** So much of a large body is out, bytes. */
  progressed?(sent: number, total: number): void;
  /** Of this delivery only, over those stored. */
  headers?: Headers;
}

export interface Transport {
  /** Sends an entry, with the retries of the page, and says what became of it. Never rejects. */
  deliver(entry: EntryRecord, body: Body, going: Going): Promise<Delivered>;
  /** Longest time that one attempt of such a size takes, milliseconds. */
  timeout(size: number): number;
}

export interface TransportDeps {
  idempotency: IdempotencyOptions | false;
  retry: RetryOptions;
  signIn: string;
  csrf: Csrf;
  /** Whether the server's proof for this key has come (cookie `resilient-sent`). */
  hasProof(key: string): boolean;
  /** The server is known to de-duplicate by idempotency key. */
  dedupes(): boolean;
  /** Headers of this moment for an app's own requests. */
  headersFor?: HeadersFor | undefined;
  fetch?: typeof fetch;
}

export function createTransport(deps: TransportDeps): Transport {
  const { retry, idempotency, csrf } = deps;

  const once = async (entry: EntryRecord, body: Body, going: Going, how: How = {}): Promise<Once> => {
    const isApps = entry.delivery === 'app';
    const csrfField = body.kind === 'form' ? body.csrfField : undefined;
    const asked = csrf.token(
      { page: entry.form.page, ...(csrfField && { csrfField }) },
      how.token === 'fresh',
    );
    const token = await orUndefined(asked, going.signal);
    const headers = await orUndefined(headersOf(entry, going.headers, deps.headersFor), going.signal);
    // The last look before it leaves: somebody may have signed in meanwhile.
    if (going.isSameJar?.() === false) return { verdict: { class: 'busy' }, silences: 0 };
    if (going.signal.aborted || (csrfField && !token) || !headers) {
      return { verdict: { class: 'busy' }, silences: 0 };
    }

    let startedAt = Date.now();
    let delivered: Delivered = { startedAt, verdict: { class: 'unknown' } };
    let retries = 0;
    let silences = 0;
    const policy = watchPolicy(entry.url);
    const { field } = token ?? {};
    const place = (fields: readonly Field[]) =>
      field ? placeToken(fields, field.name, field.value) : [...fields];
    const sent = encode(bodyOf(body, entry, idempotency, place), boundaryOf(entry.id));
    /** No answer came. What the page's own policy did says so; whether a dead network did, only the server. */
    const listen = async (): Promise<'again' | 'stop'> => {
      silences += 1;
      const blocked = await policy.blocked();
      // It came along with a redirect that cannot be followed.
      if (deps.hasProof(entry.key)) {
        delivered = { startedAt, answer: unseen(entry), verdict: { class: 'acknowledged', proven: true } };
        return 'stop';
      }
      if (blocked === 'before') delivered = { verdict: held('refused', 'blocked') };
      if (blocked === 'after') delivered = { startedAt, ...sentElsewhere(entry) };
      return blocked === 'no' && silences < mostSilences && (await going.isReachable()) ? 'again' : 'stop';
    };
    headers.set('content-type', sent.contentType);
    // A caller may want the answer as it comes, and a redirect that is not followed only `fetch` shows.
    const isLarge = going.progressed && entry.size >= uploadSize && !going.isAwaited && !how.redirect;
    const options: KyOptions = {
      method: 'post',
      body: sent.body,
      headers,
      signal: going.signal,
      timeout: timeout(entry.size),
      credentials: 'same-origin',
      redirect: how.redirect ?? 'follow',
      // Statuses are classified, not thrown: an HTTPError has its body already read away.
      throwHttpErrors: false,
      retry: {
        limit: how.retry === 'none' ? 0 : retry.limit,
        methods: ['post'],
        delay: (attempt) => Math.min(retry.backoffLimit, retry.delay * 2 ** (attempt - 1)),
        jitter: retry.jitter,
        shouldRetry: ({ error }) => entry.unknown === 'replay' && !isTimeoutError(error),
      },
      ...(deps.fetch && { fetch: deps.fetch }),
      ...(isLarge && { fetch: (request) => upload(request as Request, sent.body, going.progressed!) }),
      hooks: {
        beforeRequest: [
          ({ request }) => {
            if (idempotency && !headers.has(idempotency.header)) {
              request.headers.set(idempotency.header, `"${entry.key}"`);
            }
            if (token?.header) request.headers.set(token.header.name, token.header.value);
            if (!isApps) request.headers.set('accept', body.kind === 'form' ? acceptOfBrowser : '*/*');
          },
        ],
        afterResponse: [
          async ({ response }) => {
            if (response.type === 'opaqueredirect') {
              delivered = { startedAt, ...sentElsewhere(entry) };
              return undefined;
            }
            const answer = await readAnswer(response, deps.hasProof, entry.key, isApps);
            const isFirst = isApps && entry.attempts <= 1 && retries === 0;
            const verdict =
              isFirst && isConflict(answer)
                ? rejected
                : classify(answer, contextOf(entry, body, deps, how.token === 'fresh'));
            delivered = { startedAt, answer, verdict };
            const soon = verdict.class === 'busy' && verdict.retryAt === undefined && answer.status !== 429;
            if (!soon || how.retry === 'none' || retries >= retry.limit) return undefined;
            return ky.retry({ delay: Math.random() * retry.delay * 2 ** retries });
          },
        ],
        beforeRetry: [
          async () => {
            retries += 1;
            if (!delivered.answer && (await listen()) === 'stop') return ky.stop;
            if (!(await going.again())) return ky.stop;
            startedAt = Date.now();
            delivered = { startedAt, verdict: { class: 'unknown' } };
            return undefined;
          },
        ],
      },
    };
    try {
      const response = await ky(entry.url, options);
      // Read as far as wanted, from a copy.
      if (going.isAwaited && delivered.answer && response) delivered.answer.response = response;
      else void response?.body?.cancel().catch(() => undefined);
    } catch (error) {
      going.failed?.(error);
      // No answer came to the last attempt: `delivered` says what is known. Nobody can say whether it arrived.
      if (!delivered.answer && !going.signal.aborted) await listen();
    }
    policy.end();
    return { ...delivered, silences };
  };

  /**
   * The server is there, and this request gets no answer time and again: as when it is answered by a redirect to another site,
   * which a page is not told of. Where that is harmless it is asked for once more without following: a redirect that then
   * cannot be followed leads there.
   */
  const suspect = async (entry: EntryRecord, body: Body, going: Going, silent: Once): Promise<Delivered> => {
    if (silent.answer || silent.verdict.class !== 'unknown' || !(await going.isReachable())) return silent;
    if (!deps.dedupes()) return { ...silent, ...sentElsewhere(entry) };
    if (!(await going.again())) return silent;
    const looked = await once(entry, body, going, { redirect: 'manual', retry: 'none' });
    if (looked.answer?.status !== 0 || !(await going.again())) return looked;
    const followed = await once(entry, body, going, { retry: 'none' });
    return followed.answer ? followed : looked;
  };

  return {
    timeout,
    deliver: async (entry, body, going) => {
      try {
        const first = await once(entry, body, going);
        if (first.verdict.class === 'csrf' && (await going.again())) {
          // Once with a fresh token; refused again, the verdict itself says what is held.
          return await once(entry, body, going, { token: 'fresh' });
        }
        return first.silences < mostSilences ? first : await suspect(entry, body, going, first);
      } catch {
        return { verdict: { class: 'unknown' } };
      }
    },
  };
}

interface How {
  token?: 'fresh';
  redirect?: 'manual';
  retry?: 'none';
}

/** `silences`: how often no answer came. */
type Once = Delivered & { silences: number };

/** So often a request may get no answer from a server that is there; then a person is asked. */
const mostSilences = 2;

const held = (reason: HoldReason, detail: HoldDetail): Verdict => ({ class: 'held', reason, detail });

/** Answered, in a way that the page may not see. */
const unseen = ({ url }: EntryRecord): Answer => ({
  status: 0,
  url,
  redirected: true,
  contentType: '',
  cut: false,
});
const sentElsewhere = (entry: EntryRecord): Pick<Delivered, 'answer' | 'verdict'> => ({
  answer: unseen(entry),
  verdict: held('unknown', 'elsewhere'),
});

/**
 * To the first attempt there is no earlier one that could still be running, unless the server says so: 409 is the app's own
 * business then.
 */
const isConflict = ({ status, retryAt, html = '' }: Answer): boolean =>
  status === 409 && retryAt === undefined && !/idempoten|running|progress/i.test(html);
const rejected: Verdict = { class: 'held', reason: 'rejected' };

/** Longest wait for a page that has the token, or for the app's headers, milliseconds. */
const tokenPatience = 30_000;

function orUndefined<T>(task: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(tokenPatience)]);
  const over = new Promise<undefined>((resolve) => {
    if (limit.aborted) resolve(undefined);
    limit.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([task, over]);
}

/** What browsers send with a form, so that a server which looks at it answers a replay as it would the form. */
const acceptOfBrowser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** Half a minute, and time for the body at 32 kB a second. */
const timeout = (size: number): number => 30_000 + size / 32;
