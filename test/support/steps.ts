import type { BrowserContext, Page } from '@playwright/test';
import { text } from './answers.js';
import type { Site } from './site.js';

/**
 * The points between which a page can die while a submission is on its way, in the words of the tests. "Written" is a
 * transaction that has all its requests and is not committed; "stored" one that is committed, before anybody is told.
 */
export type StepName =
  | `${'submission' | 'claim' | 'outcome' | 'deletion'} ${'written' | 'stored'}`
  | 'marker set'
  | 'browser told to send'
  | 'request leaves'
  | 'answer came'
  | 'settlement noted'
  | 'marker cleared';

const path = '/step/';
const nameOf = (url: string) => new URL(url, 'http://site').searchParams.get('is');

/** Has every page of this tab, or of all tabs, stop at each step until the server lets it go on. */
export async function watchSteps(target: Page | BrowserContext, site: Site): Promise<void> {
  site.on('GET', path, () => text(200, 'go on'));
  await target.addInitScript(stopAtSteps, path);
}

/** The steps that were reached, in order. */
export const stepsOf = (site: Site): string[] =>
  site.requests.filter((request) => request.path === path).map(({ url }) => nameOf(url)!);

/** Steps of the request itself, at which the page waits and is not frozen. */
export type ServerStep = 'request arrived' | 'handled, not answered';

/** Freezes the page that reaches this step, script and all; returns how to wait for it and how to end it. */
export function freezeAt(site: Site, step: StepName | ServerStep) {
  const posts = { method: 'POST', times: 1 };
  const gate =
    step === 'request arrived'
      ? site.hold(posts)
      : step === 'handled, not answered'
        ? site.hold(posts, 'answer')
        : site.hold({ path, when: ({ url }) => nameOf(url) === step, times: 1 });
  return { reached: () => site.whenHeld(gate), over: gate.release };
}

/** Runs in the page. A synchronous request holds the thread: nothing goes on, not even a promise. */
function stopAtSteps(path: string): void {
  const stop = (step: string) => {
    const request = new XMLHttpRequest();
    request.open('GET', `${path}?is=${encodeURIComponent(step)}`, false);
    try {
      request.send();
    } catch {
      // No server, no step.
    }
  };

  const kinds = new WeakMap<IDBTransaction, string>();
  const kindOf = (key: unknown, value: { state?: string } | undefined, before: string | undefined) => {
    const [kind] = Array.isArray(key) ? (key as unknown[]) : [];
    if (kind === 'body') return value ? 'submission' : before;
    if (kind !== 'entry' || before === 'submission') return before;
    if (!value) return 'deletion';
    return value.state === 'sending' ? 'claim' : 'outcome';
  };
  const note = (store: IDBObjectStore, key: unknown, value?: { state?: string }) => {
    const { transaction } = store;
    const isFirst = !kinds.has(transaction);
    const kind = kindOf(key, value, kinds.get(transaction));
    if (kind === undefined) return;
    kinds.set(transaction, kind);
    if (!isFirst) return;
    // After the turn that made all its requests; before their answers, so that it cannot be committed yet.
    queueMicrotask(() => stop(`${kinds.get(transaction)} written`));
  };
  const { transaction: begin } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...given) {
    const transaction = begin.apply(this, given);
    // Before anybody else listens, so that nobody has been told.
    transaction.addEventListener('complete', () => {
      const kind = kinds.get(transaction);
      if (kind !== undefined) stop(`${kind} stored`);
    });
    return transaction;
  };
  const store = IDBObjectStore.prototype;
  const { put, delete: remove } = store;
  store.put = function (value: { state?: string }, key) {
    note(this, key, value);
    return put.call(this, value, key);
  };
  store.delete = function (key) {
    note(this, key);
    return remove.call(this, key);
  };

  const { setItem, removeItem } = Storage.prototype;
  Storage.prototype.setItem = function (item, value) {
    setItem.call(this, item, value);
    if (item === 'resilient-forms:sent')
      stop(value.includes('"settlement"') ? 'settlement noted' : 'marker set');
  };
  Storage.prototype.removeItem = function (item) {
    removeItem.call(this, item);
    if (item === 'resilient-forms:sent') stop('marker cleared');
  };

  const { submit } = HTMLFormElement.prototype;
  HTMLFormElement.prototype.submit = function () {
    stop('browser told to send');
    submit.call(this);
  };
  const { fetch } = window;
  window.fetch = async (input, init) => {
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const isPost = method.toUpperCase() === 'POST';
    if (isPost) stop('request leaves');
    const response = await fetch(input, init);
    if (isPost) stop('answer came');
    return response;
  };
}
