import { compose, type Late } from './compose.js';
import type { Events } from './events.js';
import { watchSignOut } from './forms/sign-out.js';
import type { FormOptions } from './forms/forms.js';
import { attribute } from './lib/dom.js';
import { watchSecrets } from './lib/secret.js';
import { createTabs } from './lib/tabs.js';
import { settle, type Options, type Settings } from './options.js';
import type { ExportedEntry } from './outbox/export.js';
import type { RequestHooks } from './outbox/hooks.js';
import type { SubmitOptions } from './outbox/submit.js';
import { openPage, type Page } from './page.js';
import type {
  ConnectionState,
  DraftSummary,
  EntrySummary,
  FormState,
  Status,
  SubmitOutcome,
} from './types.js';

/** A form that is looked after. */
export interface EnhancedForm {
  readonly form: HTMLFormElement;
  /** As `data-resilient-state` says it. */
  readonly state: FormState;
}

/** What `start` returns. Stored data outlives it. */
export interface ResilientForms {
  /** How things stand now. */
  readonly status: Status;
  /** Subscribes to an event; returns the unsubscriber. A listener that throws is reported and stops nothing. */
  on: Events['on'];
  /**
   * Looks after a form that the `forms` selector does not name. The same form again gives the same.
   *
   * @throws {TypeError} when it is no form, or an option is not one of its values.
   */
  enhance(form: HTMLFormElement, options?: FormOptions): EnhancedForm;
  /**
   * POSTs without a form, with the promises of one: stored before the first byte leaves, sent once, for its owner. Resolves
   * with the answer, or with the word that it waits: at once when the connection is bad or others of its lane wait, else
   * after 10 seconds without an answer. With a storage that fails it is only sent, while the connection is good.
   *
   * @throws {TypeError} for another origin, a body that is none, and what must not be stored: secret headers, passwords.
   * @throws {StorageError | OutboxFullError} when it could not be stored, and was not sent or got no answer.
   * @example
   * const outcome = await resilience.submit('/api/orders', { json: order });
   */
  submit(url: string | URL, options: SubmitOptions): Promise<SubmitOutcome>;
  /**
   * Hooks for an app's own ky: its POSTs to this site go as those of `submit` do, and what has to wait is thrown as
   * `SubmissionQueuedError`. To be given last: hooks after them are not asked about these requests.
   *
   * @example
   * const api = ky.extend({ hooks: resilience.hooks() });
   */
  hooks(): RequestHooks;
  drafts: {
    /** This owner's drafts, newest first. */
    list(): Promise<DraftSummary[]>;
    get(key: string): ReturnType<Page['drafts']['get']>;
    discard(key: string): Promise<void>;
  };
  outbox: {
    /** This owner's submissions that wait or are held, oldest first. */
    list(): Promise<EntrySummary[]>;
    /** Lets one go on now, whatever it waits or is held for. */
    retry(id: string): Promise<void>;
    /** Gives one up; its draft is the person's again. */
    discard(id: string): Promise<void>;
    /** Everything that waits, with its values, as plain JSON. */
    export(): Promise<ExportedEntry[]>;
  };
  connection: {
    /** Asks the server now. Never rejects. */
    check(): Promise<ConnectionState>;
  };
  /** Sign-out: this owner's drafts and submissions are gone from this device. */
  purge(): Promise<void>;
  /** Detaches everything; what is stored stays. */
  stop(): void;
}

/** On the document, so that a script tag given twice, or beside a module, is one instance too. */
const slot = Symbol.for('resilient-forms');
type Place = Document & { [slot]?: ResilientForms | undefined };

/**
 * Starts looking after the page's forms. A second call returns the same instance, until `stop()`.
 *
 * @throws {TypeError} naming the option, what was given and what was expected.
 * @example
 * const resilience = start({ owner: user.id, health: { url: '/health/' } });
 */
export function start(options: Options = {}): ResilientForms {
  return begin([options]);
}

/** As `start`, from several layers of options, later ones over earlier ones. */
export function begin(layers: readonly Options[]): ResilientForms {
  const place = document as Place;
  if (place[slot]) return place[slot];
  const settings = settle(...layers);
  const controller = new AbortController();
  const given = layers.map(({ signal }) => signal).filter((signal) => signal !== undefined);
  const signal = AbortSignal.any([...given, controller.signal]);
  const instance = createInstance(settings, signal, () => controller.abort());
  if (signal.aborted) return instance;
  place[slot] = instance;
  signal.addEventListener('abort', () => delete place[slot], { once: true });
  return instance;
}

function createInstance(settings: Settings, signal: AbortSignal, stop: () => void): ResilientForms {
  watchSecrets(document, signal);
  let page: Page | undefined;
  const late: Late = {
    formOf: (id) => page?.late.formOf(id) ?? null,
    onSettled: (...settled) => page?.late.onSettled(...settled) ?? 'told',
    undo: async (key) => page?.late.undo(key),
    resolve: async (key, choice) => page?.late.resolve(key, choice),
    takeBack: async (...given) => page?.late.takeBack(...given),
    handOver: (entry) => page?.late.handOver(entry),
    edit: async (id) => page?.late.edit(id),
  };
  const services = compose(settings, late, signal);
  const { outbox, board, connection } = services;

  const opened = (async () => {
    const [tabs] = await Promise.all([createTabs(signal), documentReady()]);
    await services.announce();
    page = await openPage(settings, services, tabs, signal);
    await board.reload();
    return page;
  })();
  // A page on which this fails submits as it would without us.
  opened.catch((error: unknown) => reportError(error));

  const purge = async () => {
    await Promise.all([(await opened).drafts.purge(), outbox.purge()]);
  };
  watchSignOut(purge, signal);

  return {
    get status() {
      return board.current;
    },
    on: services.events.on,
    enhance: (form, options) => {
      if (!(form instanceof HTMLFormElement)) {
        throw new TypeError(`resilient-forms: enhance() was given ${typeof form}; expected a <form> element`);
      }
      if (page) page.forms.enhance(form, options);
      else void opened.then(({ forms }) => forms.enhance(form, options)).catch(reportError);
      return {
        form,
        get state() {
          return (attribute(form, 'data-resilient-state') as FormState | null) ?? 'idle';
        },
      };
    },
    submit: services.submit,
    hooks: services.hooks,
    drafts: {
      list: async () => (await opened).drafts.list(),
      get: async (key) => (await opened).drafts.get(key),
      discard: async (key) => (await opened).drafts.discard(key),
    },
    outbox: {
      list: async () => (await outbox.list()).map(summaryOf),
      retry: services.send,
      discard: services.discard,
      export: outbox.export,
    },
    connection: { check: () => connection.check() },
    purge,
    stop,
  };
}

/** What the public list shows of an entry. */
function summaryOf(entry: EntrySummary): EntrySummary {
  const { id, owner, url, lane, form, state, reason, detail, status } = entry;
  const { attempts, createdAt, nextAttemptAt, size, history } = entry;
  return {
    id,
    owner,
    url,
    lane,
    form,
    state,
    attempts,
    createdAt,
    nextAttemptAt,
    size,
    history,
    ...(reason && { reason }),
    ...(detail && { detail }),
    ...(status !== undefined && { status }),
  };
}

/** A module without `defer` may run before its forms are there. */
const documentReady = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.readyState !== 'loading') return resolve();
    document.addEventListener('DOMContentLoaded', () => resolve(), { once: true });
  });
