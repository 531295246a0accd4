import type { IncomingMessage, ServerResponse } from 'node:http';
import { csrfFailure, signInRedirect, text } from './answers.js';
import { isHtml, postOf, readBody, seen, send, textOf, withCookie } from './exchange.js';
import { answerOf, createFaults, cut, reset } from './faults.js';
import type { Fault, FaultScope, Gate } from './faults.js';
import { isHealthPath } from './health.js';
import { createLedger } from './idempotency.js';
import { listen } from './listener.js';
import { withProof } from './proof.js';
import { createRoutes, isPublic } from './routes.js';
import { cookiesOf, createSession } from './session.js';
import type { Answer, Post, SeenRequest, SiteRequest, SiteSettings } from './types.js';
import { createWaiting } from './waiting.js';

export interface SiteOptions extends Partial<SiteSettings> {
  /** Folder served as /dist/. @default RESILIENT_DIST, else the repository's dist */
  dist?: string;
}

export type Site = Awaited<ReturnType<typeof startSite>>;

const DEFAULTS: SiteSettings = {
  dedupes: true,
  proof: 'none',
  csrf: false,
  signIn: 'open',
  health: 'pass',
  declaresIdempotency: false,
  csp: '',
  keepAlive: true,
};

/**
 * A real server on loopback that behaves as a usual server-rendered site, counts what arrives and what it
 * caused, and fails on demand as real servers do. One per test; `close()` leaves nothing.
 */
export async function startSite({ dist, ...options }: SiteOptions = {}) {
  const settings: SiteSettings = { ...DEFAULTS, ...options };
  const closing = new AbortController();
  const requests: SeenRequest[] = [];
  const probes: SeenRequest[] = [];
  const posts: Post[] = [];
  /** What handlers threw: a fault of the test, not of what it tests. */
  const errors: unknown[] = [];

  const { until, changed } = createWaiting(describe, closing.signal);
  const session = createSession(settings);
  const ledger = createLedger(changed);
  const faults = createFaults(changed, closing.signal);
  const routes = createRoutes(settings, session, dist);
  const listener = await listen((incoming, response) => {
    receive(incoming, response).catch((error: unknown) => {
      if (closing.signal.aborted) return;
      errors.push(error);
      if (!response.headersSent) send(response, text(500, 'the handler of the test failed'));
    });
  });
  const origin = `http://127.0.0.1:${listener.port}`;

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const head = seen(incoming);
    const fate = faults.fateOf(head);
    requests.push(head);
    if (isHealthPath(head.path)) probes.push(head);
    if (fate.fault === 'reset-head') {
      reset(incoming);
      if (head.method === 'POST') posts.push(postOf(head, Buffer.alloc(0), 'head'));
      return changed();
    }
    changed();
    const { body, arrived } = await readBody(incoming);
    const post = postOf(head, body, arrived);
    if (head.method === 'POST') posts.push(post);
    changed();
    if (arrived === 'head' || fate.fault === 'hang') return;
    await fate.beforeHandling();
    if (fate.fault === 'reset-body') return reset(incoming);

    const answer = answerOf(fate.fault) ?? (await handle(post));
    await fate.beforeAnswer();
    if (fate.fault === 'commit-then-drop') return reset(incoming);
    if (!settings.keepAlive) response.shouldKeepAlive = false;
    if (fate.fault === 'cut') return cut(response, answer);
    send(response, answer);
  }

  async function handle(post: Post): Promise<Answer> {
    const cookies = cookiesOf(post);
    const { token, cookie } = session.csrfTokenOf(cookies);
    const answer = await checked(post, requestOf(post, cookies, token));
    if (!isHtml(answer)) return answer;
    const page = settings.csrf !== false && cookie ? withCookie(answer, cookie) : answer;
    if (settings.csp === '') return page;
    return { ...page, headers: { 'content-security-policy': settings.csp, ...page.headers } };
  }

  /** CSRF, then sign-in, then the idempotency key, then the handler: the order of a Django site. */
  async function checked(post: Post, request: SiteRequest): Promise<Answer> {
    const isPost = post.method === 'POST';
    if (isPost && session.isForged(request)) return csrfFailure();
    const isKnown = settings.signIn === 'open' || request.user !== '' || isPublic(post.path);
    if (!isKnown) return signInRedirect(post.url);
    const run = async () => withProof(await routes.answer(request), request, post.applied, settings);
    return isPost && settings.dedupes ? ledger.once(post, run) : run();
  }

  function requestOf(post: Post, cookies: Map<string, string>, token: string): SiteRequest {
    const user = session.userOf(cookies);
    return {
      ...post,
      query: new URL(post.url, origin).searchParams,
      cookies,
      user,
      text: (name) => textOf(post.fields, name),
      csrfInput: () =>
        settings.csrf === false ? '' : `<input type="hidden" name="csrfmiddlewaretoken" value="${token}">`,
      apply: () => ledger.apply(post, user),
    };
  }

  function describe(): string {
    const list = posts.map(({ path, applied, arrived }) => `${path} (${applied ? 'applied' : arrived})`);
    const counts = `${requests.length} requests, ${probes.length} probes, ${ledger.effects.length} effects`;
    return `${counts}, ${posts.length} POSTs: ${list.join(', ') || 'none'}`;
  }

  const methods = {
    origin,
    requests,
    /** GETs of a health address. */
    probes,
    /** Every POST, sign-ins and those hit by a fault too. */
    posts,
    effects: ledger.effects,
    /** User by session id; `clear()` signs everybody out. */
    sessions: session.sessions,
    errors,
    on: routes.on,
    page: routes.page,
    form: routes.form,
    url: (path: string): string => new URL(path, origin).href,
    fault: (fault: Fault, scope?: FaultScope): void => faults.add(fault, scope),
    hold: (scope?: FaultScope, at?: 'request' | 'answer'): Gate => faults.hold(scope, at),
    /** Connections are refused from here on, and the open ones reset, until `start` or `heal`. */
    stop: listener.stop,
    start: listener.start,
    /** No fault is left, and the server listens. Requests already hanging go on hanging. */
    async heal(): Promise<void> {
      faults.clear();
      await listener.start();
    },
    whenPosts: (count: number): Promise<void> => until(`${count} POSTs`, () => posts.length >= count),
    whenEffects: (count: number): Promise<void> =>
      until(`${count} effects`, () => ledger.effects.length >= count),
    whenProbes: (count: number): Promise<void> => until(`${count} probes`, () => probes.length >= count),
    /** Resolves with the first request that matches, one already seen included. */
    async whenRequest(matches: (request: SeenRequest) => boolean, timeout?: number): Promise<SeenRequest> {
      await until('a matching request', () => requests.some(matches), timeout);
      return requests.find(matches)!;
    },
    whenHeld: (gate: Gate, count = 1): Promise<void> =>
      until(`${count} requests at the gate`, () => gate.reached >= count),
    async close(): Promise<void> {
      closing.abort();
      await listener.stop();
    },
  };

  return Object.assign(settings, methods);
}
