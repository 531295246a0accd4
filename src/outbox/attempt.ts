import type { EntryRecord } from '../storage/records.js';
import type { Body, HoldReason } from '../types.js';
import type { Callers } from './callers.js';
import type { Answer, Verdict } from './classify.js';
import type { Gate } from './drain.js';
import { ended, held, type Outcome, type Schedule } from './entry.js';
import type { Queue } from './queue.js';
import { complaintsOf } from './said.js';
import type { Delivered, Transport } from './transport.js';

/** On top of an attempt's own time, milliseconds: for the token, the answer's text and a look at the server. */
const leaseMargin = 60_000;
/** While somebody else may be signed in, so long until the next look, milliseconds. */
const strangerPatience = 10_000;

export interface AttemptDeps {
  queue: Queue;
  transport: Transport;
  /** Identifies this drainer in leases. */
  holder: string;
  schedule: Schedule;
  gate(): Gate;
  /** A request left and ended: feeds connection and breaker. */
  onAttempt(attempt: Delivered & { startedAt: number }): void;
  /** Asks the server now whether it is itself: a captive portal answers anything with 200. */
  isIntercepted(): Promise<boolean>;
  /** Asks the server now whether a submission could go out. */
  isReachable(): Promise<boolean>;
  /** Tells the cookies of this moment from those of another sign-in. */
  jar(): string;
  /** Whether the cookies of this browser are still the owner's, as far as can be known. */
  isMine(entry: EntryRecord): Promise<boolean>;
  /** So much of a large body is out, bytes. */
  onProgress(id: string, sent: number, total: number): void;
  onStarted(entry: EntryRecord): void;
  onWaiting(entry: EntryRecord, answer?: Answer): void;
  onHeld(entry: EntryRecord, answer?: Answer): Promise<void>;
  /** Deletes the entry. */
  acknowledge(id: string, answer?: Answer): Promise<void>;
  callers: Pick<Callers, 'isAwaited' | 'failed'>;
}

/** An attempt by the page that made the request: the entry is leased to it already. */
export interface Own {
  holder: string;
  body: Body;
  /** As the app gave them, secrets included: of this attempt only. */
  headers: Headers;
}

/** Whether the entry is gone: acknowledged. */
export type Attempt = (due: EntryRecord, signal: AbortSignal, own?: Own) => Promise<boolean>;

/** Makes one attempt at an entry: claims it, sends it, and stores what came of it. */
export function createAttempt(deps: AttemptDeps): Attempt {
  const { queue, transport, callers } = deps;
  /** Acknowledged, but the store could not delete them yet: never to be sent again. */
  const taken = new Set<string>();

  const acknowledge = async (id: string, answer?: Answer): Promise<true> => {
    taken.add(id);
    await deps.acknowledge(id, answer);
    taken.delete(id);
    return true;
  };

  const conclude = async (entry: EntryRecord, outcome: Outcome, answer?: Answer): Promise<false> => {
    const { holder } = entry.lease!;
    let mine = false;
    const next = await queue.update(entry.id, (known) => {
      mine = known.lease?.holder === holder;
      return mine ? ended(known, outcome, deps.schedule, Date.now()) : known;
    });
    if (!next || !mine) return false;
    if (next.state === 'held') await deps.onHeld(next, answer);
    else deps.onWaiting(next, answer);
    return false;
  };

  /** As if nobody had touched it: this was no attempt. */
  const putBack = async (due: EntryRecord, holder: string): Promise<false> => {
    const back: EntryRecord =
      due.state === 'waiting'
        ? { ...due, notBefore: Date.now() + strangerPatience }
        : ended(due, { class: 'unknown' }, deps.schedule, Date.now());
    await queue.update(due.id, (known) => (known.lease?.holder === holder ? back : known));
    return false;
  };

  return async (due, signal, own) => {
    if (taken.has(due.id)) return acknowledge(due.id);
    const holder = own?.holder ?? deps.holder;
    const until = () => leaseEnd(transport, due.size);
    const entry = own ? due : await queue.claim(due, holder, until());
    if (!entry) return false;
    const body = own?.body ?? (await queue.body(entry.id));
    if (!body) {
      const next = await queue.update(entry.id, (known) => held(known, 'refused'));
      if (next) await deps.onHeld(next);
      return false;
    }
    if (!own && !(await deps.isMine(entry))) return putBack(due, holder);
    const jar = deps.jar();
    deps.onStarted(entry);
    const again = async () =>
      !signal.aborted && deps.gate() > 0 && (await queue.renew(entry.id, holder, until()));
    const delivered = await transport.deliver(entry, body, {
      again,
      isReachable: deps.isReachable,
      isSameJar: () => deps.jar() === jar,
      signal,
      isAwaited: callers.isAwaited(entry.id),
      failed: (error) => callers.failed(entry.id, error),
      progressed: (sent, total) => deps.onProgress(entry.id, sent, total),
      ...(own && { headers: own.headers }),
    });
    const { verdict, answer, startedAt } = delivered;
    const proven = verdict.class === 'acknowledged' && verdict.proven;
    // The page is leaving and has itself ended the attempt: the entry stays as claimed, for the next drainer.
    if (signal.aborted && (!answer || (answer.cut && !proven))) return false;
    if (startedAt !== undefined) deps.onAttempt({ ...delivered, startedAt });
    if (verdict.class === 'acknowledged') {
      const doubtful = !proven && /html/i.test(answer?.contentType ?? '');
      if (!doubtful) return acknowledge(entry.id, answer);
      if (signal.aborted) return false;
      if (!(await deps.isIntercepted())) return acknowledge(entry.id, answer);
    }
    return conclude(entry, outcomeOf(verdict, answer), answer);
  };
}

/** Until when nobody else may touch an entry of this size that is being attempted, epoch milliseconds. */
export const leaseEnd = (transport: Transport, size: number): number =>
  Date.now() + transport.timeout(size) + leaseMargin;

function outcomeOf(verdict: Verdict, answer?: Answer): Outcome {
  const status = answer && answer.status > 0 && { status: answer.status };
  const outcome = (name: Outcome['class']): Outcome => ({ class: name, ...status });
  switch (verdict.class) {
    case 'busy':
      return verdict.retryAt === undefined
        ? outcome('busy')
        : { ...outcome('busy'), retryAt: verdict.retryAt };
    case 'held':
      return {
        ...outcome(verdict.reason satisfies HoldReason),
        decided: true,
        ...(verdict.detail && { detail: verdict.detail }),
        ...(answer && saidIn(verdict.reason, answer)),
      };
    // The token was refused, so nothing was done.
    case 'csrf':
      return outcome('busy');
    // Acknowledged, but by somebody between us and the server.
    case 'acknowledged':
    case 'unknown':
      return outcome('unknown');
  }
}

/** Other answers are no word about the submission. */
const saidIn = (reason: HoldReason, answer: Answer): { answer?: string } =>
  reason === 'rejected' || reason === 'refused' ? { answer: complaintsOf(answer) } : {};
