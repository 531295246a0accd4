import ky, { isTimeoutError, type Options as KyOptions } from 'ky';
import type { IdempotencyOptions, RetryOptions } from '../options.js';
import { retryAfter } from '../lib/retry-after.js';
import type { EntryRecord } from '../storage/records.js';
import type { Body } from '../types.js';
import { classify, type Answer, type Verdict } from './classify.js';
import { placeToken, type Csrf } from './csrf.js';
import { boundaryOf, encode } from './encode.js';

/** Text of an answer that is looked at, characters: enough for a sign-in page or a form. */
const readLimit = 1_048_576;
/** Longest wait for the rest of an answer whose head has come, milliseconds. */
const bodyPatience = 10_000;

export interface Delivered {
  verdict: Verdict;
  /** Absent when no answer came. */
  answer?: Answer;
}

/** Asked between the attempts of one delivery. */
export interface Going {
  /** Whether the next attempt may still be made: lease, breaker, connection. Renews the lease. */
  again(): Promise<boolean>;
  /** An attempt is about to leave, another after the first. */
  signal: AbortSignal;
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
  fetch?: typeof fetch;
}

export function createTransport(deps: TransportDeps): Transport {
  const { retry, idempotency, csrf } = deps;

  const once = async (entry: EntryRecord, body: Body, going: Going, fresh: boolean): Promise<Delivered> => {
    const csrfField = body.kind === 'form' ? body.csrfField : undefined;
    const token = await csrf.token({ page: entry.form.page, ...(csrfField && { csrfField }) }, fresh);
    if (csrfField && !token) return { verdict: { class: 'busy' } };

    let delivered: Delivered = { verdict: { class: 'unknown' } };
    let retries = 0;
    const sent = encode(
      body.kind === 'form' && token?.field
        ? { ...body, fields: placeToken(body.fields, token.field.name, token.field.value) }
        : body,
      boundaryOf(entry.id),
    );
    const options: KyOptions = {
      method: 'post',
      body: sent.body,
      headers: { 'content-type': sent.contentType },
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
            if (idempotency) request.headers.set(idempotency.header, `"${entry.key}"`);
            if (token?.header) request.headers.set(token.header.name, token.header.value);
            request.headers.set('accept', body.kind === 'form' ? acceptOfBrowser : '*/*');
          },
        ],
        afterResponse: [
          async ({ response }) => {
            const answer = await readAnswer(response, deps.hasProof, entry.key);
            delivered = { answer, verdict: classify(answer, contextOf(entry, body, deps, fresh)) };
            const { verdict } = delivered;
            const soon = verdict.class === 'busy' && verdict.retryAt === undefined && answer.status !== 429;
            if (!soon || retries >= retry.limit) return undefined;
            return ky.retry({ delay: Math.random() * retry.delay * 2 ** retries });
          },
        ],
        beforeRetry: [
          async () => {
            retries += 1;
            if (!(await going.again())) return ky.stop;
            delivered = { verdict: { class: 'unknown' } };
            return undefined;
          },
        ],
      },
    };
    try {
      await ky(entry.url, options);
    } catch {
      // No answer came to the last attempt: `delivered` says what is known. Nobody can say whether it arrived.
    }
    return delivered;
  };

  return {
    timeout,
    deliver: async (entry, body, going) => {
      try {
        const first = await once(entry, body, going, false);
        // Once with a fresh token; refused again, the verdict itself says what is held.
        return first.verdict.class === 'csrf' ? await once(entry, body, going, true) : first;
      } catch {
        return { verdict: { class: 'unknown' } };
      }
    },
  };
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

async function readAnswer(
  response: Response,
  hasProof: TransportDeps['hasProof'],
  key: string,
): Promise<Answer> {
  const contentType = response.headers.get('content-type') ?? '';
  const { text, cut } = await readText(response, /html|text\/plain/i.test(contentType));
  const retryAt = retryAfter(response.headers.get('retry-after'), Date.now());
  return {
    status: response.status,
    url: response.url,
    redirected: response.redirected,
    contentType,
    html: text,
    cut,
    proof: hasProof(key),
    ...(retryAt !== undefined && { retryAt }),
  };
}

/** Reads what there is to read; a body that is cut or never ends does not change that the head came. */
async function readText(response: Response, wanted: boolean): Promise<{ text: string; cut: boolean }> {
  const reader = wanted ? response.body?.getReader() : undefined;
  if (!reader) return { text: '', cut: false };
  const decoder = new TextDecoder();
  let text = '';
  const timer = setTimeout(() => void reader.cancel(), bodyPatience);
  try {
    while (text.length < readLimit) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode(), cut: false };
      text += decoder.decode(value, { stream: true });
    }
    return { text, cut: true };
  } catch {
    return { text, cut: true };
  } finally {
    clearTimeout(timer);
    void reader.cancel().catch(() => undefined);
  }
}
