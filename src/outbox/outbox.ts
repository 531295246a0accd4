import type { EntryRecord } from '../storage/records.js';
import type { HoldReason, SubmissionEvent } from '../types.js';
import { createAttempt } from './attempt.js';
import { createByHand } from './by-hand.js';
import type { Answer } from './classify.js';
import type { Outbox, OutboxDeps, Said } from './contract.js';
import { createDirect } from './direct.js';
import { createDrain } from './drain.js';
import { ended, held, lapsed, released, unsent } from './entry.js';
import { createQueue, type Enqueue } from './queue.js';

export function createOutbox(deps: OutboxDeps): Outbox {
  const { emit, onChange, callers } = deps;
  const queue = createQueue({
    store: deps.store,
    owner: deps.owner,
    limits: deps.options,
    jar: deps.jar,
  });
  const settled = (known: EntryRecord, verdict: 'waiting' | HoldReason): EntryRecord => {
    if (verdict === 'waiting') return ended(known, { class: 'busy' }, schedule, Date.now());
    return verdict === 'unknown' ? lapsed(known, Date.now()) : held(known, verdict);
  };
  const schedule = { delay: deps.retry.delay, limit: deps.retry.backoffLimit };

  const tell = (name: Said, entry: EntryRecord, form: HTMLFormElement | null, answer?: Answer): void => {
    const over = name === 'sent' || name === 'discarded';
    const event: SubmissionEvent = {
      id: entry.id,
      form,
      lane: entry.lane,
      state: over ? name : entry.state,
      attempts: entry.attempts,
      ...(entry.reason && { reason: entry.reason }),
      ...(entry.detail && { detail: entry.detail }),
      ...(answer && answer.status > 0 && { response: { status: answer.status, url: answer.url } }),
    };
    emit(`submission:${name}`, event);
  };
  const say = (
    name: Said,
    entry: EntryRecord,
    answer?: Answer,
    form: HTMLFormElement | null = deps.formOf(entry.id),
  ): void => {
    tell(name, entry, form, answer);
    callers.told(name, entry, answer);
    onChange({ name, entry: withoutAnswer(entry) });
  };

  const isHeld = async (entry: EntryRecord, answer?: Answer): Promise<void> => {
    const isTaken = callers.takes(entry, answer) || deps.onSettled(entry, 'held', answer) === 'shown';
    if (!isTaken) return say('held', entry, answer);
    // The server's complaints are on screen, in the form itself, or in the app's hands: it is the person's again.
    await queue.giveUp(entry.id);
    onChange();
  };

  const acknowledge = async (id: string, answer?: Answer): Promise<void> => {
    const entry = await queue.remove(id);
    if (!entry) return;
    // Of the form this is the last word: it stands for the entry no more.
    const form = deps.formOf(id);
    deps.onSettled(entry, 'sent', answer);
    say('sent', entry, answer, form);
  };

  const attempt = createAttempt({
    queue,
    transport: deps.transport,
    holder: deps.holder,
    schedule,
    gate: deps.gate,
    onAttempt: deps.onAttempt,
    onProgress: deps.onProgress,
    isIntercepted: deps.isIntercepted,
    isReachable: deps.isReachable,
    jar: deps.jar,
    isMine: deps.isMine,
    onStarted: (entry) => {
      deps.onSettled(entry, 'sending');
      say('attempt', entry);
    },
    onWaiting: (entry, answer) => {
      deps.onSettled(entry, 'queued');
      say('queued', entry, answer);
    },
    onHeld: isHeld,
    acknowledge,
    callers,
  });
  const drain = createDrain({
    queue,
    gate: deps.gate,
    dedupes: deps.dedupes,
    keyLife: deps.keyLife,
    maxAge: deps.options.maxAge,
    attempt,
    onHeld: isHeld,
    letGo: async (id) => {
      const entry = await queue.remove(id);
      if (entry) say('discarded', entry);
    },
    signal: deps.signal,
  });

  const add = async (enqueue: Enqueue): Promise<EntryRecord> => {
    const { corrects } = enqueue;
    const former = corrects === undefined ? undefined : await queue.get(corrects);
    const entry = await queue.add(enqueue);
    if (former && !(await queue.get(former.id))) say('discarded', former);
    if (entry.state === 'waiting') say('queued', entry);
    else onChange();
    return entry;
  };
  const keep = async (id: string, holder = 'navigation'): Promise<void> => {
    const next = await queue.update(id, (known) =>
      known.lease?.holder === holder ? unsent(known, Date.now()) : known,
    );
    if (next) say('queued', next);
    drain.wake();
  };
  const direct = createDirect({
    queue,
    transport: deps.transport,
    gate: deps.gate,
    attempt,
    add,
    keep,
    wake: drain.wake,
  });

  return {
    ...createByHand({
      ...deps,
      queue,
      say,
      // Who made the request is told when it is final.
      sayAside: (entry) => {
        tell('discarded', entry, deps.formOf(entry.id));
        onChange({ name: 'discarded', entry: withoutAnswer(entry), revocable: true });
      },
      onOver: (entry) => {
        callers.told('discarded', entry);
        onChange({ name: 'discarded', entry: withoutAnswer(entry) });
      },
      wake: drain.wake,
    }),
    add,
    post: direct.post,
    settle: async (id, verdict) => {
      if (verdict === 'acknowledged') return acknowledge(id);
      if (verdict === 'shown') {
        if (await queue.giveUp(id)) onChange();
        return;
      }
      const next = await queue.update(id, (known) =>
        known.lease?.holder === 'navigation' ? settled(known, verdict) : known,
      );
      if (next?.state === 'held' && next.reason === verdict) await isHeld(next);
      else onChange();
      drain.wake();
    },
    keep,
    list: queue.list,
    retry: async (id) => {
      const live = (entry: EntryRecord) =>
        entry.state === 'sending' && (entry.lease?.until ?? 0) > Date.now();
      await queue.update(id, (entry) => (live(entry) ? entry : released(entry, Date.now())));
      onChange();
      drain.wake();
    },
    discard: async (id) => {
      const entry = await queue.giveUp(id);
      if (entry) say('discarded', entry);
      drain.wake();
    },
    signedIn: async () => {
      const waiting = (await queue.list()).filter(({ reason }) => reason === 'sign-in');
      for (const { id } of waiting) await queue.update(id, (entry) => released(entry, Date.now()));
      if (waiting.length > 0) onChange();
      drain.wake();
    },
    purge: async () => {
      const gone = await queue.list();
      await queue.clear();
      for (const entry of gone) say('discarded', entry);
      onChange();
    },
    heard: ({ name, entry, revocable }) => {
      if (entry.owner !== deps.owner) return;
      if (!revocable) callers.told(name, entry);
      const form = deps.formOf(entry.id);
      if (!form || name === 'discarded') return;
      deps.onSettled(entry, name === 'attempt' ? 'sending' : name);
      tell(name, entry, form);
    },
    wake: drain.wake,
    recovered: drain.recovered,
    pause: () => {
      drain.pause();
      direct.pause();
    },
    resume: drain.resume,
  };
}

/** What the server said stays with the entry. */
function withoutAnswer(entry: EntryRecord): EntryRecord {
  const { answer: _, ...record } = entry;
  return record;
}
