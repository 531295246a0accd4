import { backoff } from '../lib/backoff.js';
import { isFailing, type Model } from './machine.js';

const second = 1000;
/** With the floor of a second: from 1 s to 30 s. */
const failing = { delay: second, limit: 29 * second };

export interface Situation {
  now: number;
  model: Model;
  /** Option `health.interval`. */
  interval: number;
  /** The server asked to be left alone until then. */
  retryAt?: number | undefined;
}

/** When the server is asked next by itself, epoch milliseconds. */
export function nextProbe({ now, model, interval, retryAt }: Situation, random: () => number): number {
  return Math.max(due(now, model, interval, random), retryAt ?? 0);
}

function due(now: number, model: Model, interval: number, random: () => number): number {
  if (isFailing(model.state)) return now + second + backoff(model.failures - 1, failing, random);
  // One failure: what it means is found out quickly, but not by all clients in the same instant.
  if (model.failures > 0) return now + second / 4 + random() * (second * 0.75);
  if (!model.newest) return now + second;
  return Math.max(model.newest.at + interval, now + second);
}
