import ky, { isTimeoutError, type Options as KyOptions } from 'ky';
import type { HeadersFor, IdempotencyOptions, RetryOptions } from '../options.js';
import type { EntryRecord } from '../storage/records.js';
import type { Body } from '../types.js';
import { classify, type Answer, type Verdict } from './classify.js';
import { placeToken, type Csrf } from './csrf.js';
import { boundaryOf, encode } from './encode.js';
import { readAnswer } from './read-answer.js';

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
  /** Ends the attempts: the page is leaving. */
  signal: AbortSignal;
  /** A caller in this page wants the answer itself. */
  isAwaited?: boolean;
  /** No answer came to the last attempt. */
  failed?(error: unknown): void;
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
  /** Headers of this moment for an app's own requests. */
  headersFor?: HeadersFor | undefined;
  fetch?: typeof fetch;
}

export function createTransport(deps: TransportDeps): Transport {
  const { retry, idempotency, csrf } = deps;

  const once = async (entry: EntryRecord, body: Body, going: Going, fresh: boolean): Promise<Delivered> => {
    const isApps = entry.delivery === 'app';
    const csrfField = body.kind === 'form' ? body.csrfField : undefined;
    const asked = csrf.token({ page: entry.form.page, ...(csrfField && { csrfField }) }, fresh);
    const token = await orUndefined(asked, going.signal);
    const headers = await headersOf(entry, going, deps.headersFor);
    if (going.signal.aborted || (csrfField && !token) || !headers) return { verdict: { class: 'busy' } };

    let startedAt = Date.now();
    let delivered: Delivered = { startedAt, verdict: { class: 'unknown' } };
    let retries = 0;
    const sent = encode(
      body.kind === 'form' && token?.field
        ? { ...body, fields: placeToken(body.fields, token.field.name, token.field.value) }
        : body,
      boundaryOf(entry.id),
    );
    headers.set('content-type', sent.contentType);
    const options: KyOptions = {
      method: 'post',
      body: sent.body,
      headers,
      signal: going.signal,
      timeout: timeout(entry.size),
      credentials: 'same-origin',
      // Statuses are classified, not thrown: an HTTPError has its body already read away.
      throwHttpErrors: false,
      retry: {
        limit: retry.limit,
        methods: ['post'],
        delay: (attempt) => Math.min(retry.backoffLimit, retry.delay * 2 ** (attempt - 1)),
        jitter: retry.jitter,
        shouldRetry: ({ error }) => entry.unknown === 'replay' && !isTimeoutError(error),
      },
      ...(deps.fetch && { fetch: deps.fetch }),
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
            const answer = await readAnswer(response, deps.hasProof, entry.key, isApps);
            const isFirst = isApps && entry.attempts <= 1 && retries === 0;
            const verdict =
              isFirst && isConflict(answer)
                ? rejected
                : classify(answer, contextOf(entry, body, deps, fresh));
            delivered = { startedAt, answer, verdict };
            const soon = verdict.class === 'busy' && verdict.retryAt === undefined && answer.status !== 429;
            if (!soon || retries >= retry.limit) return undefined;
            return ky.retry({ delay: Math.random() * retry.delay * 2 ** retries });
          },
        ],
        beforeRetry: [
          async () => {
            retries += 1;
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
    }
    return delivered;
  };

  return {
    timeout,
    deliver: async (entry, body, going) => {
      try {
        const first = await once(entry, body, going, false);
        if (first.verdict.class !== 'csrf' || !(await going.again())) return first;
        // Once with a fresh token; refused again, the verdict itself says what is held.
        return await once(entry, body, going, true);
      } catch {
        return { verdict: { class: 'unknown' } };
      }
    },
  };
}

/**
 * To the first attempt there is no earlier one that could still be running, unless the server says so: 409 is the app's own
 * business then.
 */
const isConflict = ({ status, retryAt, html = '' }: Answer): boolean =>
  status === 409 && retryAt === undefined && !/idempoten|running|progress/i.test(html);
const rejected: Verdict = { class: 'held', reason: 'rejected' };

/** Those stored, those of this moment, those of this delivery. `undefined`: the app could not say them now. */
async function headersOf(
  entry: EntryRecord,
  going: Going,
  headersFor: HeadersFor | undefined,
): Promise<Headers | undefined> {
  const headers = new Headers(entry.headers);
  if (entry.delivery !== 'app') return headers;
  try {
    const now = new Headers(await headersFor?.(entry.url));
    for (const given of [now, going.headers ?? []]) {
      for (const [name, value] of given) headers.set(name, value);
    }
    return headers;
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

/** Longest wait for a page that has the token, milliseconds. */
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

function contextOf(
  entry: EntryRecord,
  body: Body,
  { signIn, idempotency }: TransportDeps,
  refreshed: boolean,
) {
  const auxiliary = new Set([
    ...(idempotency ? [idempotency.field] : []),
    ...(body.kind === 'form' && body.csrfField ? [body.csrfField] : []),
  ]);
  const fields = body.kind === 'form' ? body.fields.filter(([name]) => !auxiliary.has(name)) : [];
  return {
    signIn,
    submittedUrl: entry.url,
    formName: entry.form.name,
    fieldNames: fields.map(([name]) => name),
    values: fields.filter((field): field is [string, string] => typeof field[1] === 'string'),
    refreshed,
  };
}
