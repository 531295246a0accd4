import type { EntryRecord } from '../storage/records.js';
import type { Submission } from '../types.js';
import { leaseEnd, type Attempt } from './attempt.js';
import type { Gate } from './drain.js';
import { sizeOf } from './encode.js';
import { requestLock, underLock } from './lock.js';
import type { Enqueue, Queue } from './queue.js';
import type { Transport } from './transport.js';

/** An app's own request, to be stored and then sent from this page. */
export interface Posting {
  submission: Submission;
  /** As the app gave them, secrets included: not stored. */
  headers: Headers;
  /** Whether it may be sent from here when those before it are through. */
  turn: Promise<boolean>;
  /** Ends the attempt. */
  signal: AbortSignal;
}

export interface DirectDeps {
  queue: Queue;
  transport: Transport;
  gate(): Gate;
  attempt: Attempt;
  add(enqueue: Enqueue): Promise<EntryRecord>;
  /** It is not sent from here after all: it waits. */
  keep(id: string, holder: string): Promise<void>;
  /** What is not through is the drainer's from now on, and so is what waited behind it. */
  wake(): void;
}

export interface Direct {
  /** Resolves when the request is stored; rejects when it is not, and then nothing was sent. */
  post(posting: Posting): Promise<void>;
  /** Ends the attempts: the page is leaving. */
  pause(): void;
}

/**
 * Makes the app's requests from the page they were made in, beside the drainer: the app is given the answer, and waits for
 * nobody else's. A lock that each holds until its attempt is over tells the drainers that it is alive.
 */
export function createDirect({ queue, transport, gate, attempt, add, keep, wake }: DirectDeps): Direct {
  let page = new AbortController();

  const post = async (posting: Posting, signal: AbortSignal, onStored: () => void): Promise<void> => {
    const { submission, headers, turn } = posting;
    const { id, body } = submission;
    const holder = requestLock(id);
    const until = () => leaseEnd(transport, sizeOf(body));
    const entry = await add({ submission, as: { state: 'request', holder, until: until() } });
    onStored();
    if (entry.state === 'waiting') return;
    const goes = (await turn) && gate() === 2 && (await queue.renew(id, holder, until()));
    if (!goes) return keep(id, holder);
    await attempt(entry, signal, { holder, body, headers });
  };

  return {
    post: (posting) =>
      new Promise((resolve, reject) => {
        const signal = AbortSignal.any([posting.signal, page.signal]);
        const task = () => {
          const left = new Promise<void>((done) =>
            signal.addEventListener('abort', () => done(), { once: true }),
          );
          return Promise.race([post(posting, signal, resolve), left]);
        };
        // Once it is stored, a storage that fails has said so itself, and the drainer goes on.
        underLock(task, signal, requestLock(posting.submission.id))
          .finally(wake)
          .then(() => reject(signal.reason), reject);
      }),
    pause: () => {
      page.abort();
      page = new AbortController();
    },
  };
}
