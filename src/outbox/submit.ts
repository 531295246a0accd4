import { OutboxFullError, StorageError } from '../errors.js';
import { check } from '../lib/check.js';
import { ofDocument } from '../lib/dom.js';
import { uuid } from '../lib/uuid.js';
import type { Submission, SubmitOutcome } from '../types.js';
import type { Callers } from './callers.js';
import type { Gate } from './drain.js';
import type { Outbox } from './contract.js';
import { recordOf } from './queue.js';
import { describeRequest, isSecretHeader, isTokenHeader, secretIn, type Describe } from './request.js';
import type { Delivered, Transport } from './transport.js';

/** What `submit` sends, and how. Exactly one of `json` and `body`. */
export interface SubmitOptions {
  /** Anything that `JSON.stringify` takes. */
  json?: unknown;
  body?: FormData | URLSearchParams | Blob | ArrayBuffer | ArrayBufferView | string | undefined;
  /** Stored with the request: what is secret belongs into the option `headers` of `start`. */
  headers?: HeadersInit | undefined;
  /** Requests of one lane go in order. @default the path of the address */
  lane?: string | undefined;
  /** For the list of what waits. @default document.title */
  title?: string | undefined;
  /** What to do when it is not known whether it arrived. @default the option `unknown` */
  unknown?: 'replay' | 'ask' | undefined;
}

export interface RequestDeps {
  describe: Pick<Describe, 'unknown' | 'idempotency' | 'isToken' | 'blankTokens' | 'storeFields'>;
  outbox: Pick<Outbox, 'post' | 'discard'>;
  callers: Callers;
  /** The store knows whose page this is. */
  announce(): Promise<unknown>;
  /** Something is known of the server. */
  ready(): Promise<void>;
  signal: AbortSignal;
}

export interface SubmitDeps extends RequestDeps {
  owner: string;
  transport: Transport;
  onAttempt(attempt: Delivered & { startedAt: number }): void;
  gate(): Gate;
  /** Asks the server now whether a submission could go out. */
  isReachable(): Promise<boolean>;
}

/** The newest request of a lane from this page. */
interface Turn {
  stored: Promise<unknown>;
  /** Whether the next one may go: this one is through, or at least waits for nobody's retry. */
  free: Promise<boolean>;
}

/** Makes `resilience.submit`. */
export function createSubmit(
  deps: SubmitDeps,
): (url: string | URL, options: SubmitOptions) => Promise<SubmitOutcome> {
  const { callers, signal } = deps;
  const turns = new Map<string, Turn>();

  /** What cannot be stored is sent all the same where it can be: without us it would be too. */
  const sendUnkept = async (
    submission: Submission,
    headers: Headers,
    error: unknown,
  ): Promise<SubmitOutcome> => {
    const isStorage = error instanceof StorageError || error instanceof OutboxFullError;
    if (!isStorage || deps.gate() < 2) throw error;
    const { id, body } = submission;
    const record = recordOf(submission, deps.owner, 0, Date.now());
    const { isReachable } = deps;
    const going = { again: async () => deps.gate() > 0, isReachable, signal, isAwaited: true, headers };
    const delivered = await deps.transport.deliver(record, body, going);
    const { verdict, answer, startedAt } = delivered;
    if (startedAt !== undefined) deps.onAttempt({ ...delivered, startedAt });
    const response = answer?.response;
    if (verdict.class === 'acknowledged') return { id, state: 'sent', ...(response && { response }) };
    const isRefused = verdict.class === 'held' && verdict.reason !== 'unknown';
    if (!isRefused || !response) throw error;
    return {
      id,
      state: 'rejected',
      reason: verdict.reason === 'rejected' ? 'rejected' : 'refused',
      response,
    };
  };

  return async (url, options) => {
    const { request, lane, title, unknown } = requestOf(url, options);
    signal.throwIfAborted();
    const id = uuid();
    const before = turns.get(lane);
    const described = describeRequest(request, {
      ...deps.describe,
      id,
      lane,
      title: title ?? ofDocument('title'),
      page: location.href,
      unknown: unknown ?? deps.describe.unknown,
    }).then((submission) => refuseSecrets(submission, deps.describe.isToken));

    const free = before?.free ?? Promise.resolve(true);
    const turn = free.then(async (isFree) => {
      if (isFree) await deps.ready();
      return isFree;
    });
    const stored = (async () => {
      const submission = await described;
      // In the order of the calls, however long a file takes to be read.
      await Promise.all([deps.announce(), before?.stored]);
      const called = callers.call(id);
      await deps.outbox.post({ submission, headers: request.headers, turn, signal });
      return { called };
    })();
    const outcome = stored.then(
      ({ called }) => called,
      async (error) => {
        callers.forget(id);
        return sendUnkept(await described, request.headers, error);
      },
    );
    const mine: Turn = {
      stored: stored.catch(() => undefined),
      free: outcome.then(
        ({ state }) => state !== 'queued',
        () => true,
      ),
    };
    turns.set(lane, mine);
    void mine.free.then(() => turns.get(lane) === mine && turns.delete(lane));
    return outcome;
  };
}

const { any, name, text, oneOf, group, sameOriginUrl } = check;
const fields = {
  url: (value: unknown, option: string) => sameOriginUrl(value instanceof URL ? value.href : value, option),
  json: any,
  body: any,
  headers: any,
  lane: name,
  title: text,
  unknown: oneOf('replay', 'ask'),
};

const misuse = (given: string, expected: string): TypeError =>
  new TypeError(`resilient-forms: submit() was given ${given}; expected ${expected}`);

/** @throws {TypeError} naming what was given and what was expected. */
function requestOf(url: string | URL, options: SubmitOptions) {
  const checked = group(fields)({ ...options, url }, 'submit') as SubmitOptions & { url: string };
  const { json, body = JSON.stringify(json), lane, title, unknown } = checked;
  if ((json === undefined) === (checked.body === undefined) || !isBody(body)) {
    throw misuse(
      json !== undefined && checked.body !== undefined ? 'json and body' : 'no body that can be stored',
      'json, or a body: FormData, URLSearchParams, Blob, ArrayBuffer, a view of one, or a string',
    );
  }
  const headers = new Headers(checked.headers);
  const secret = [...headers.keys()].find((header) => isSecretHeader(header) || isTokenHeader(header));
  if (secret) {
    throw misuse(
      `the header "${secret}"`,
      'none that is secret, since it would be stored: give it by the option "headers" of start(), a function asked at each attempt',
    );
  }
  if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const address = new URL(checked.url, ofDocument('baseURI'));
  const request = new Request(address, { method: 'POST', body: body as BodyInit, headers });
  return { request, lane: lane ?? address.pathname, title, unknown };
}

const isBody = (body: unknown): boolean =>
  typeof body === 'string' ||
  ArrayBuffer.isView(body) ||
  [FormData, URLSearchParams, Blob, ArrayBuffer].some((type) => body instanceof type);

function refuseSecrets(submission: Submission, isToken: Describe['isToken']): Submission {
  const secret = secretIn(submission, isToken);
  if (secret === undefined) return submission;
  throw misuse(`a body with "${secret}"`, 'nothing that must not be stored: send it with fetch');
}
