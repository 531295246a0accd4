import { createTimer } from '../lib/timer.js';
import type { EntryRecord } from '../storage/records.js';
import type { HoldReason, SettledSubmission, SubmitOutcome } from '../types.js';
import type { Answer } from './classify.js';

/** Longest wait of a caller for an answer, milliseconds: then it is told that its request is stored. */
const patience = 10_000;

interface Caller {
  /** The caller knows nothing yet. */
  waits: boolean;
  cause?: unknown;
  settled: Promise<SettledSubmission>;
  tell(outcome: SubmitOutcome): void;
  settle(settled: SettledSubmission): void;
}

/** Those who made a request in this page and wait to hear of it, whoever sends it. */
export interface Callers {
  /** Resolves when there is something to tell, at the latest when patience ends. Never rejects. */
  call(id: string): Promise<SubmitOutcome>;
  /** Nothing was stored: there is nothing to hear of. */
  forget(id: string): void;
  isAwaited(id: string): boolean;
  /** No answer came to an attempt. */
  failed(id: string, error: unknown): void;
  /** Takes in what happened to an entry, in this tab or another one. */
  told(name: 'queued' | 'attempt' | 'sent' | 'held' | 'discarded', entry: EntryRecord, answer?: Answer): void;
  /** Whether the caller has this refusal in hand: then it is nobody else's to look at. */
  takes(entry: EntryRecord, answer?: Answer): boolean;
  /** How the request ends in the end; `undefined` when nobody waits for it. */
  settled(id: string): Promise<SettledSubmission> | undefined;
}

export function createCallers(signal: AbortSignal): Callers {
  const callers = new Map<string, Caller>();

  const stored = (
    id: string,
    state: { state: 'queued' } | { state: 'held'; reason: HoldReason },
    answer?: Answer,
  ) => {
    const caller = callers.get(id);
    if (!caller) return;
    const { settled, cause } = caller;
    const response = answer?.response;
    caller.tell({
      id,
      ...state,
      settled,
      ...(response && { response }),
      ...(cause !== undefined && { cause }),
    });
  };
  const queued = (id: string, answer?: Answer): void => stored(id, { state: 'queued' }, answer);
  signal.addEventListener('abort', () => callers.forEach((_, id) => queued(id)), { once: true });

  const over = (id: string, end: SettledSubmission, outcome: SubmitOutcome = end): void => {
    const caller = callers.get(id);
    callers.delete(id);
    caller?.settle(end);
    caller?.tell(outcome);
  };

  return {
    call: (id) => {
      const outcome = Promise.withResolvers<SubmitOutcome>();
      const settled = Promise.withResolvers<SettledSubmission>();
      const timer = createTimer(() => queued(id), signal);
      timer.at(Date.now() + patience);
      const caller: Caller = {
        waits: true,
        settled: settled.promise,
        tell: (told) => {
          timer.clear();
          caller.waits = false;
          outcome.resolve(told);
        },
        settle: settled.resolve,
      };
      callers.set(id, caller);
      return outcome.promise;
    },
    forget: (id) => callers.delete(id),
    isAwaited: (id) => callers.has(id),
    failed: (id, error) => {
      const caller = callers.get(id);
      if (caller) caller.cause = error;
    },
    settled: (id) => callers.get(id)?.settled,
    takes: ({ id, reason }, answer) => {
      const response = answer?.response;
      if (!callers.get(id)?.waits || !response) return false;
      if (reason !== 'rejected' && reason !== 'refused') return false;
      over(id, { id, state: 'discarded' }, { id, state: 'rejected', reason, response });
      return true;
    },
    told: (name, { id, reason = 'refused' }, answer) => {
      const caller = callers.get(id);
      const response = answer?.response && { response: answer.response };
      // What the caller was told stands: an answer that comes later it hears of only when it is the last.
      if (name === 'sent') over(id, { id, state: 'sent', ...response });
      else if (name === 'discarded') over(id, { id, state: 'discarded' });
      else if (!caller?.waits) void answer?.response?.body?.cancel().catch(() => undefined);
      else if (name === 'held') stored(id, { state: 'held', reason }, answer);
      else if (name === 'queued') queued(id, answer);
    },
  };
}
