import { uuid } from '../lib/uuid.js';
import type { HealthOptions } from '../options.js';
import type { Reading } from '../types.js';
import { classifyHealth, type HealthAnswer, type Verdict } from './classify-health.js';
import { createLiveness } from './liveness.js';
import { isSendable } from './machine.js';
import type { Until } from './until.js';

export interface ProbeDeps {
  health: HealthOptions;
  /** What relative addresses are relative to. */
  base: string;
  signIn: string;
  fetch: typeof fetch;
  now: () => number;
  /** Whether something in this browser may answer in the server's place: a service worker. */
  isControlled: () => boolean;
  until: Until;
  /** For whoever builds the site: told once that the health URL is of no use. */
  warn: (message: string) => void;
}

/** One look at the server; `undefined` when it was called off. Never rejects. */
export type Probe = (signal: AbortSignal) => Promise<Reading | undefined>;

/** The `Date` header counts seconds: this long, and a live one has moved on. */
const dateStep = 1100;

export function createProbe(deps: ProbeDeps): Probe {
  const { health, now } = deps;
  const liveness = createLiveness();
  let warn: ProbeDeps['warn'] | undefined = deps.warn;

  async function look(signal: AbortSignal): Promise<Verdict & { answeredIn?: number }> {
    const asked = now();
    const { url, answer } = await request(signal);
    if (answer === 'redirected away') return { state: 'intercepted' };
    const answeredIn = now() - asked;
    const verdict = classifyHealth(answer, { url, signIn: deps.signIn, now: now() });
    if (verdict.state === 'misconfigured' || verdict.state === 'intercepted') advise(answer.status);
    const isGood = isSendable(verdict.state) && deps.isControlled();
    const doubted = isGood && liveness.doubts(answer.headers.get('date'), asked);
    return doubted && !(await hasMovedOn(answer, signal))
      ? { state: 'intercepted', stored: true }
      : { ...verdict, answeredIn };
  }

  async function hasMovedOn(first: HealthAnswer, signal: AbortSignal): Promise<boolean> {
    await deps.until(now() + dateStep, signal);
    const asked = now();
    const { answer } = await request(signal);
    if (answer === 'redirected away') return false;
    return liveness.isLive(first.headers.get('date'), answer.headers.get('date'), asked);
  }

  async function request(signal: AbortSignal) {
    const url = withNonce(new URL(health.url, deps.base));
    const limited = AbortSignal.any([signal, AbortSignal.timeout(health.timeout)]);
    return { url, answer: await ask(url, limited, deps.fetch) };
  }

  function advise(status: number): void {
    warn?.(
      `resilient-forms: the health URL "${health.url}" answered ${status}; expected 204, JSON with a "status", ` +
        'or a short plain text such as "ok", not from a cache',
    );
    warn = undefined;
  }

  return async (signal) => {
    const startedAt = now();
    try {
      const { answeredIn, ...verdict } = await look(signal);
      if (signal.aborted) return undefined;
      const slow = verdict.state === 'online' && answeredIn !== undefined && answeredIn > health.slow;
      return {
        ...verdict,
        ...(slow && { state: 'degraded' as const }),
        ...(answeredIn !== undefined && { latency: answeredIn }),
        startedAt,
        source: 'probe',
      };
    } catch {
      return signal.aborted ? undefined : { state: 'unreachable', startedAt, source: 'probe' };
    }
  };
}

/** `_` is what servers know as the parameter that defeats caches. */
function withNonce(url: URL): string {
  url.searchParams.set('_', uuid());
  url.hash = '';
  return url.href;
}

/**
 * Follows redirects in a second step only: one that leads to another origin fails like a dead network, and here it is
 * known that somebody answered.
 */
async function ask(
  url: string,
  signal: AbortSignal,
  fetch: ProbeDeps['fetch'],
): Promise<HealthAnswer | 'redirected away'> {
  const init: RequestInit = {
    cache: 'no-store',
    credentials: 'same-origin',
    headers: { accept: 'application/health+json, application/json;q=0.9, text/plain;q=0.8' },
    signal,
  };
  const first = await fetch(url, { ...init, redirect: 'manual' });
  if (first.type !== 'opaqueredirect') return receive(first, signal);
  try {
    return await receive(await fetch(url, { ...init, redirect: 'follow' }), signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return 'redirected away';
  }
}

async function receive(response: Response, signal: AbortSignal): Promise<HealthAnswer> {
  const { status, headers, url, redirected } = response;
  return { status, headers, url, redirected, body: await bodyOf(response, signal) };
}

/** Once headers came, a body that breaks off is no dead network: the status still counts. */
const bodyOf = (response: Response, signal: AbortSignal): Promise<string | undefined> =>
  response.text().catch((error: unknown) => {
    if (signal.aborted) throw error;
    return undefined;
  });
