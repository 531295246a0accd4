import { createBreaker } from './connection/breaker.js';
import { createConnection } from './connection/monitor.js';
import { createEvents } from './events.js';
import { hasProof, readCookie, readMeta } from './forms/evidence.js';
import { isImmediate } from './forms/show-answer.js';
import { createIdempotencyMemory } from './idempotency.js';
import { createHands } from './hands.js';
import { createInterface } from './interface.js';
import { createChannel } from './lib/channel.js';
import { queryDocument } from './lib/dom.js';
import { fetchPage } from './lib/fetch-page.js';
import { createTimer } from './lib/timer.js';
import { uuid } from './lib/uuid.js';
import { createWarn } from './lib/warn.js';
import type { Settings } from './options.js';
import { createCallers } from './outbox/callers.js';
import { createCookieJar } from './outbox/cookie-jar.js';
import { createCsrf } from './outbox/csrf.js';
import type { Gate } from './outbox/drain.js';
import type { News, Word } from './outbox/contract.js';
import { createOutbox } from './outbox/outbox.js';
import { wordsOf } from './outbox/said.js';
import { createTransport, type Delivered } from './outbox/transport.js';
import { createWhose } from './outbox/whose.js';
import type { Answer } from './outbox/classify.js';
import { isServerFailure, readingOf } from './readings.js';
import { createRequests } from './requests.js';
import { createStatusBoard } from './status.js';
import { createStore } from './storage/database.js';
import { createFallbackStore } from './storage/fallback.js';
import { metaKey, type EntryRecord, type OwnerRecord } from './storage/records.js';

/** What `compose` cannot have yet, because it comes with the forms of the page. */
export interface Late {
  formOf(id: string): HTMLFormElement | null;
  onSettled(entry: EntryRecord, verdict: News, answer?: Answer): 'shown' | 'told';
  undo(key: string): Promise<void>;
  resolve(key: string, choice: 'mine' | 'page'): Promise<void>;
  /** The form whose submission was given up, and whose draft this is, has it back. */
  takeBack(id: string, draft: string | undefined): Promise<void>;
  /** What was given up is back in the outbox: its form stands for it again. */
  handOver(entry: EntryRecord): void;
  /** Puts what an entry carries into its form, on this page or on its own. */
  edit(id: string): Promise<void>;
}

export type Services = ReturnType<typeof compose>;

/** Wires the rooms that need no form: storage, connection, outbox, interface. */
export function compose(settings: Settings, late: Late, signal: AbortSignal) {
  const { owner } = settings;
  const events = createEvents(signal);
  const warn = createWarn();
  const store = createFallbackStore(createStore(signal), (event) => {
    if (settings.debug) warn(`storage: ${event.operation} failed (${event.name})`);
    events.emit('storage:error', event);
  });

  const connection = createConnection({
    health: settings.health,
    signIn: settings.signIn,
    store,
    warn,
    signal,
    onChange: (_, previous) => {
      board.refresh();
      idempotency.learn();
      if (connection.canSend() && previous.state !== 'unknown') outbox.recovered();
      else outbox.wake();
    },
    onDoubt: () => outbox.recovered(),
  });
  const breaker = createBreaker({
    ...settings.breaker,
    store,
    signal,
    onChange: () => {
      board.refresh();
      outbox.wake();
    },
  });
  const idempotency = createIdempotencyMemory(store, connection);
  const gate = (): Gate => {
    const open = connection.canSend() || (connection.current.state === 'unknown' && connection.isBlind());
    if (!open || breaker.state === 'open' || connection.isLeaving()) return 0;
    return breaker.state === 'half-open' ? 1 : 2;
  };
  const channel = createChannel<Word | 'entries'>(
    'resilient-forms',
    (word) => {
      if (word === 'entries') return changed();
      outbox.heard(word);
      // Another tab could send: the person is signed in again.
      if (word.name === 'sent' && connection.current.state === 'signed-out') void connection.check();
      changed(word);
    },
    () => changed(),
    signal,
  );
  const changed = (word?: Word) => {
    outbox.wake();
    void board.hear(word);
  };

  const transport = createTransport({
    idempotency: settings.idempotency,
    retry: settings.retry,
    signIn: settings.signIn,
    hasProof,
    csrf: createCsrf({ option: settings.csrf, readCookie, readMeta, readField, fetchPage }),
    headersFor: settings.headers,
    dedupes: idempotency.dedupes,
  });
  const isReachable = async () => {
    await connection.check();
    return gate() > 0;
  };
  const onAttempt = (attempt: Delivered & { startedAt: number }) => {
    const reading = readingOf(attempt);
    if (reading) connection.report(reading);
    if (isServerFailure(attempt)) breaker.failure();
    else breaker.success();
    if (attempt.answer?.proof) idempotency.proven();
  };
  const jar = createCookieJar(settings.csrf, readCookie);
  const callers = createCallers(signal);
  const outbox = createOutbox({
    store,
    owner,
    options: settings.outbox,
    retry: settings.retry,
    transport,
    holder: uuid(),
    gate,
    dedupes: idempotency.dedupes,
    keyLife: idempotency.keyLife,
    onAttempt,
    callers,
    isReachable,
    jar,
    isMine: createWhose({ owner, jar, fetchPage }),
    isIntercepted: async () => (await connection.check()) === 'intercepted',
    onSettled: (entry, verdict, answer) => {
      const came = late.onSettled(entry, verdict, answer);
      if (verdict === 'sent' && answer && came === 'told' && !isImmediate(entry)) {
        screen.sent(entry, { ...(answer.redirected && { url: answer.url }), words: wordsOf(answer) });
      }
      return came;
    },
    onProgress: (id, sent, total) => screen.progress(id, sent, total),
    onChange: (word) => {
      channel.post(word ?? 'entries');
      void board.hear(word);
    },
    emit: events.emit,
    formOf: late.formOf,
    signal,
  });

  const hands = createHands({
    outbox,
    late,
    check: () => connection.check(),
    relist: () => board.reload(),
  });
  const board = createStatusBoard({
    connection: () => connection.current,
    breaker: () => breaker.state,
    entries: outbox.list,
    onChange: (status, entries, news) => {
      if (news === 'status') events.emit('status', status);
      screen.update(status, entries);
    },
    signal,
  });
  const screen = createInterface({
    settings,
    on: events.on,
    isDurable: () => store.durable,
    canSend: () => gate() > 0,
    nextCheckAt: () => connection.current.nextCheckAt,
    pausedUntil: () => breaker.until,
    actions: hands.actions,
    entry: (id) => board.entries.find((entry) => entry.id === id),
    signal,
  });

  // Somebody may be signing in as somebody else: the cookies change before the page goes. If it stays, sending goes on.
  const stayed = createTimer(outbox.wake, signal);
  addEventListener('beforeunload', () => stayed.at(Date.now() + longestLeave), { signal });
  addEventListener('pagehide', outbox.pause, { signal });
  addEventListener('pageshow', (event) => event.persisted && outbox.resume(), { signal });

  /** Says for whom this page was rendered: the cookies of this browser are now that owner's. */
  let announced: Promise<unknown> | undefined;
  const announce = () => {
    const record: OwnerRecord = { v: 1, owner, at: Date.now() };
    announced ??= store
      .write([{ put: metaKey('owner'), value: record }])
      .catch(() => undefined)
      .then(() => Promise.all([breaker.ready, idempotency.ready]));
    return announced;
  };

  const { submit, hooks } = createRequests({
    settings,
    outbox,
    callers,
    transport,
    isReachable,
    onAttempt,
    gate,
    announce,
    connection,
    signal,
  });

  return {
    events,
    warn,
    store,
    connection,
    idempotency,
    outbox,
    board,
    screen,
    announce,
    send: hands.send,
    discard: hands.discard,
    submit,
    hooks,
  };
}

/** `beforeunload` may come to nothing, milliseconds: a little longer than `isLeaving` says so. */
const longestLeave = 10_100;

const readField = (name: string): string | undefined =>
  queryDocument<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`)?.value || undefined;
