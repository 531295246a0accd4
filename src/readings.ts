import type { Answer, Verdict } from './outbox/classify.js';
import type { Reading } from './types.js';

/** Answers that a gateway gives for a server that is not there. */
const gateway = new Set([502, 503, 504]);

export interface Attempted {
  verdict: Verdict;
  answer?: Answer;
  /** Epoch milliseconds. */
  startedAt: number;
}

/** What an attempt says about the connection; `undefined` where it says nothing: a fault of one handler is not an outage. */
export function readingOf({ verdict, answer, startedAt }: Attempted): Reading | undefined {
  const of = (state: Reading['state']): Reading => ({ state, startedAt, source: 'answer' });
  if (!answer) return of('unreachable');
  if (gateway.has(answer.status)) {
    return { ...of('down'), ...(answer.retryAt !== undefined && { retryAt: answer.retryAt }) };
  }
  if (verdict.class === 'held' && verdict.reason === 'sign-in') return of('signed-out');
  return verdict.class === 'acknowledged' && verdict.proven ? of('online') : undefined;
}

/** Whether the attempt failed because of the server or the way to it: the breaker counts these. */
export const isServerFailure = ({ answer }: Attempted): boolean => !answer || answer.status >= 500;
