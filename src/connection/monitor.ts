import { ofDocument } from '../lib/dom.js';
import { createTimer } from '../lib/timer.js';
import type { ConnectionState, Reading } from '../types.js';
import { createAsker } from './asker.js';
import type { Connection, ConnectionDeps, ConnectionView } from './connection.js';
import { createAcquaintance } from './acquaintance.js';
import { createHoldOff } from './hold-off.js';
import { advance, believed, initial, isFailing, isSendable } from './machine.js';
import { createPageWatch, type Hint } from './page-watch.js';
import { createProbe } from './probe.js';
import { nextProbe } from './schedule.js';
import { createUntil } from './until.js';

/** Hints come in flocks: `visibilitychange`, `focus` and `online` within one turn or two. */
const flock = 100;
/** A reading this young needs no other one because a person came back. */
const young = 2000;
/** Only a probe older than this is given up for a new one: two hints at once are one. */
const sameMoment = 1000;
const hiddenLimit = 60_000;
/** The first probe does not wait longer for a storage that will not open. */
const patience = 1000;

/**
 * Watches whether the server can take a submission: by the answers to requests of ours, and by asking it when there
 * are none. Starts by itself, ends with the signal.
 */
export function createConnection(deps: ConnectionDeps): Connection {
  const { health, signal } = deps;
  const { now = Date.now, random = Math.random, timer = createTimer, page = window } = deps;
  const until = createUntil(timer);
  const holdOff = createHoldOff({ store: deps.store, now });
  const acquaintance = createAcquaintance(deps.store, health.url);
  const probe = createProbe({
    health,
    base: deps.base ?? ofDocument('baseURI'),
    signIn: deps.signIn,
    fetch: deps.fetch ?? ((input, init) => fetch(input, init)),
    now,
    isControlled: deps.isControlled ?? (() => Boolean(navigator.serviceWorker?.controller)),
    until,
    warn: deps.warn,
  });

  let model = initial(now());
  let nextCheckAt: number | undefined;
  let dedupes = false;
  let keyLife: number | undefined;
  /** Until it is known whether the server asked to be left alone, hints are let pass. */
  let phase: 'loading' | 'watching' = 'loading';

  const asker = createAsker({ probe, onAnswer, now, signal });
  const schedule = timer(tick, signal);
  const hinted = timer(() => ask(true), signal);
  const watch = createPageWatch({ page, onHint, onLeave, now, timer, signal });

  function view(): ConnectionView {
    const { state, since, latency, checks } = model;
    return {
      state,
      since,
      ...(latency !== undefined && { latency }),
      ...(nextCheckAt !== undefined && { nextCheckAt }),
      ...(checks && { checks }),
    };
  }

  function plan(): void {
    if (signal.aborted) return;
    nextCheckAt = nextProbe(
      { now: now(), model, interval: health.interval, retryAt: holdOff.until() },
      random,
    );
    schedule.at(nextCheckAt);
  }

  function clearPlan(): void {
    nextCheckAt = undefined;
    schedule.clear();
  }

  function tick(): void {
    const hiddenSince = watch.hiddenSince();
    if (hiddenSince !== undefined && now() - hiddenSince >= hiddenLimit) return clearPlan();
    ask(false);
  }

  function onHint(hint: Hint): void {
    if (phase === 'loading' || watch.isLeaving()) return;
    if (asker.since !== undefined) {
      // One from before the network changed, or from before the page slept, may hang on a dead socket.
      const stale = now() - asker.since > (hint === 'network' ? sameMoment : health.timeout);
      if (!stale) return;
      asker.callOff();
      ask(true);
    } else if (holdOff.until() !== undefined || (hint === 'return' && isYoung())) {
      if (nextCheckAt === undefined) plan();
    } else {
      nextCheckAt = Math.min(nextCheckAt ?? Infinity, now() + flock);
      hinted.at(nextCheckAt);
    }
  }

  function isYoung(): boolean {
    return model.failures === 0 && model.newest !== undefined && now() - model.newest.at < young;
  }

  /** Nothing is open in a page that is put away. */
  function onLeave(): void {
    asker.callOff();
    hinted.clear();
    clearPlan();
  }

  function ask(returned: boolean): void {
    if (asker.since !== undefined) return;
    hinted.clear();
    clearPlan();
    asker.ask(returned);
  }

  function onAnswer(reading: Reading | undefined, returned: boolean): void {
    if (reading && !sleptThrough(reading)) heed(reading, returned);
    else plan();
  }

  /** The device slept while it was under way: that it failed says nothing about now. */
  function sleptThrough({ state, startedAt }: Reading): boolean {
    return isFailing(state) && now() - startedAt > health.timeout * 2;
  }

  function heed(reading: Reading, returned: boolean): void {
    if (signal.aborted) return;
    if (watch.isLeaving() && isFailing(reading.state)) return plan();
    const previous = view();
    const sendable = isSendable(believed(model));
    if (acquaintance.isProven()) model = { ...model, health: 'proven' };
    const next = advance(model, reading, { at: now(), offline: watch.saysOffline(), returned });
    if (next !== model) {
      model = next;
      learn(reading);
    }
    plan();
    const { state, checks } = model;
    if (state !== previous.state || JSON.stringify(checks) !== JSON.stringify(previous.checks)) {
      deps.onChange(view(), previous);
    } else if (isSendable(believed(model)) !== sendable) {
      deps.onDoubt?.();
    }
  }

  function learn(reading: Reading): void {
    if (isSendable(reading.state)) holdOff.clear();
    if (reading.source !== 'probe') return;
    if (isSendable(reading.state)) {
      acquaintance.prove();
      dedupes = reading.idempotency === true;
      keyLife = reading.keyLife;
    }
    // What one endpoint asks for in an answer is the outbox's to respect.
    if (isFailing(reading.state) && reading.retryAt !== undefined) holdOff.set(reading.retryAt);
  }

  async function check(within?: number): Promise<ConnectionState> {
    if (signal.aborted) return model.state;
    ask(true);
    const since = asker.since ?? now();
    const answered = asker.settled().then(() => verdict(since));
    if (within === undefined) return answered;
    const over = new AbortController();
    const waited = until(now() + within, AbortSignal.any([signal, over.signal])).then(() => verdict(since));
    return Promise.race([answered, waited]).finally(() => over.abort());
  }

  function verdict(since: number): ConnectionState {
    if (model.newest && model.newest.at >= since) return believed(model);
    return isFailing(model.state) ? model.state : 'unknown';
  }

  async function start(): Promise<void> {
    const loaded = Promise.all([holdOff.ready, acquaintance.ready]);
    await Promise.race([loaded, until(now() + patience, signal)]);
    phase = 'watching';
    if (signal.aborted || asker.since !== undefined || model.newest) return;
    if (holdOff.until() === undefined) tick();
    else plan();
  }

  signal.addEventListener('abort', clearPlan, { once: true });
  void start();

  return {
    get current() {
      return view();
    },
    check,
    fresh(maxAge) {
      const { newest, state } = model;
      if (!newest || now() - newest.at > maxAge || believed(model) !== state) return undefined;
      return newest.state === 'misconfigured' ? undefined : state;
    },
    canSend: () => isSendable(believed(model)),
    isBlind: () => model.health === 'useless',
    isLeaving: watch.isLeaving,
    report: (reading) => heed(reading, false),
    dedupes: () => dedupes,
    keyLife: () => keyLife,
  };
}
