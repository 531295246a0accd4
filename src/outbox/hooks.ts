import { SubmissionQueuedError } from '../errors.js';
import { ofDocument } from '../lib/dom.js';
import { isSignInUrl } from '../lib/sign-in.js';
import { uuid } from '../lib/uuid.js';
import type { HeadersFor } from '../options.js';
import type { SettledSubmission } from '../types.js';
import { describeRequest, isSecretHeader, secretIn } from './request.js';
import type { RequestDeps } from './submit.js';

/** ky's `Hooks`, as far as they are used. */
export interface RequestHooks {
  beforeRequest: ((state: { request: Request }) => Promise<Response | undefined>)[];
  beforeError: ((state: { request: Request; error: Error }) => Error)[];
}

export interface HooksDeps extends RequestDeps {
  headersFor: HeadersFor | undefined;
  /** The option `signIn`. */
  signIn: string;
}

/** A request that ky waits for. */
interface Pending {
  id: string;
  settled: Promise<SettledSubmission>;
  giveUp(): void;
}

/**
 * Makes `resilience.hooks`. The outbox makes the request in ky's place and hands ky the answer, so that the app's requests
 * are stored, sent and judged in the one way there is; ky does with the answer what it does with any.
 */
export function createHooks(deps: HooksDeps): () => RequestHooks {
  const { callers, outbox, signal } = deps;
  const pending = new WeakMap<Request, Pending>();

  /** What the outbox could not send again as it is goes as it would without us. */
  const isTaken = (request: Request): boolean =>
    !signal.aborted &&
    request.method === 'POST' &&
    new URL(request.url).origin === location.origin &&
    request.mode !== 'no-cors' &&
    request.credentials !== 'omit' &&
    request.redirect === 'follow' &&
    !request.keepalive &&
    !isSignInUrl(request.url, deps.signIn) &&
    (deps.headersFor !== undefined || ![...request.headers.keys()].some(isSecretHeader));

  /** Stores the request and begins to send it; `undefined` when it is to be left alone. */
  const post = async (request: Request) => {
    const id = uuid();
    const described = { ...deps.describe, id, title: ofDocument('title'), page: location.href };
    const submission = await describeRequest(request.clone(), described);
    if (secretIn(submission, deps.describe.isToken) !== undefined) return undefined;
    await deps.announce();
    const attempt = new AbortController();
    const called = callers.call(id);
    const settled = callers.settled(id)!;
    await outbox
      .post({
        submission,
        headers: request.headers,
        // Side by side, as ky sends them.
        turn: deps.ready().then(() => true),
        signal: AbortSignal.any([signal, attempt.signal]),
      })
      .catch((error: unknown) => {
        callers.forget(id);
        throw error;
      });
    // First out of the store: a request that nobody makes any more is the next drainer's.
    const giveUp = () =>
      void outbox
        .discard(id)
        .catch(() => undefined)
        .then(() => attempt.abort());
    return { id, called, settled, giveUp };
  };

  const beforeRequest = async ({ request }: { request: Request }): Promise<Response | undefined> => {
    if (!isTaken(request)) return undefined;
    // What cannot be stored, or read, goes as it would without us.
    const posted = await post(request).catch(() => undefined);
    if (!posted) return undefined;
    pending.set(request, posted);
    const outcome = await Promise.race([posted.called, abortOf(request.signal, posted)]);
    const { id, settled } = posted;
    if ('response' in outcome && (outcome.state === 'sent' || outcome.state === 'rejected')) {
      pending.delete(request);
      return outcome.response;
    }
    const cause = 'cause' in outcome ? outcome.cause : undefined;
    throw new SubmissionQueuedError(
      outcome.state === 'held' ? outcome : { id, state: 'queued', settled },
      cause,
    );
  };

  const beforeError = ({ request, error }: { request: Request; error: Error }): Error => {
    const posted = pending.get(request);
    if (!posted || error instanceof SubmissionQueuedError) return error;
    // Who does not want to wait for longer wants it sent all the same; who aborts does not.
    if (error.name === 'TimeoutError')
      return new SubmissionQueuedError({ ...posted, state: 'queued' }, error);
    posted.giveUp();
    return error;
  };

  return () => ({ beforeRequest: [beforeRequest], beforeError: [beforeError] });
}

/** Rejects when ky or the app ends the request; `beforeError` then decides, unless ky would not ask it. */
const abortOf = (signal: AbortSignal, { giveUp }: Pending): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => {
      if (!(signal.reason instanceof Error)) giveUp();
      reject(signal.reason as Error);
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
