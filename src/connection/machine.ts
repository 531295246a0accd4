import type { ConnectionState, Reading } from '../types.js';

/** What is known of the server, and what of it a person is told. */
export interface Model {
  /** What is told. */
  state: ConnectionState;
  since: number;
  latency?: number;
  checks?: Record<string, string>;
  /** The newest reading heeded, and when it came. */
  newest?: Pick<Reading, 'state' | 'startedAt' | 'source'> & { at: number };
  /** Failing readings in a row. */
  failures: number;
  /** `proven`: the health URL has answered as one does. `useless`: it has only answered as none does. */
  health: 'untried' | 'proven' | 'useless';
  /** Who said `signed-out`. A public health URL cannot take back what the answer to a submission said. */
  signedOutBy?: Reading['source'];
}

export interface Circumstances {
  /** When the reading came, epoch milliseconds. */
  at: number;
  /** The browser says offline too. */
  offline: boolean;
  /** A person came back or asked: perhaps they have signed in elsewhere. */
  returned: boolean;
}

export const isSendable = (state: Reading['state'] | ConnectionState): boolean =>
  state === 'online' || state === 'degraded';

export const isFailing = (state: Reading['state'] | ConnectionState): boolean =>
  state === 'down' || state === 'unreachable' || state === 'intercepted';

export const initial = (at: number): Model => ({
  state: 'unknown',
  since: at,
  failures: 0,
  health: 'untried',
});

/** What is known after this reading. Older readings than the newest change nothing: the model stays the same object. */
export function advance(model: Model, reading: Reading, circumstances: Circumstances): Model {
  if (model.newest && reading.startedAt < model.newest.startedAt) return model;
  const observed = settleMisconfigured(model, reading);
  const state = conclude(model, observed, circumstances);
  const { signedOutBy, checks, ...rest } = model;
  const detail = reading.source === 'probe' ? reading.checks : checks;
  const by = observed.state === 'signed-out' ? reading.source : signedOutBy;
  return {
    ...rest,
    state,
    since: state === model.state ? model.since : circumstances.at,
    failures: isFailing(observed.state) ? model.failures + 1 : 0,
    health: healthAfter(model, observed),
    newest: {
      state: observed.state,
      startedAt: reading.startedAt,
      source: reading.source,
      at: circumstances.at,
    },
    ...(reading.latency !== undefined && { latency: reading.latency }),
    ...(detail && { checks: detail }),
    ...(state === 'signed-out' && by && { signedOutBy: by }),
  };
}

/** What a submission should go by: a single failure is not told yet, but nothing is sent into it. */
export function believed(model: Model): ConnectionState {
  const newest = model.newest?.state;
  const doubtful =
    newest !== undefined && newest !== 'misconfigured' && isFailing(newest) && !isFailing(model.state);
  return doubtful ? newest : model.state;
}

/**
 * A health URL that worked and is gone is a server in trouble: a router without an application answers 404. One that never
 * worked and answers with a page is no sign of a captive portal, but of a site that has none: its forms must work on.
 */
function settleMisconfigured(model: Model, reading: Reading): Reading {
  const proven = model.health === 'proven';
  if (reading.state === 'misconfigured' && proven) return { ...reading, state: 'down' };
  if (reading.state === 'intercepted' && reading.source === 'probe' && !reading.stored && !proven) {
    return { ...reading, state: 'misconfigured' };
  }
  return reading;
}

function conclude(model: Model, reading: Reading, { offline, returned }: Circumstances): ConnectionState {
  const told = model.state;
  switch (reading.state) {
    case 'misconfigured':
      return isFailing(told) ? 'unknown' : told;
    case 'signed-out':
      return 'signed-out';
    case 'online':
    case 'degraded':
      if (reading.source === 'answer') return told === 'degraded' ? told : reading.state;
      return model.signedOutBy === 'answer' && !returned ? told : reading.state;
    case 'down':
    case 'unreachable':
    case 'intercepted':
      break;
  }
  // A server that says when to come back has said by itself what a second failure would show.
  const announced = reading.source === 'probe' && reading.retryAt !== undefined;
  return isFailing(told) || isSecond(model, reading) || offline || announced ? reading.state : told;
}

/** Answers to submissions raise suspicion; one address that fails is not the server, which the health URL knows better. */
const isSecond = ({ failures, newest, health }: Model, reading: Reading): boolean =>
  failures > 0 && (reading.source === 'probe' || newest?.source === 'probe' || health !== 'proven');

function healthAfter(model: Model, reading: Reading): Model['health'] {
  if (reading.source !== 'probe') return model.health;
  if (reading.state === 'misconfigured') return 'useless';
  return isSendable(reading.state) ? 'proven' : model.health;
}
