import { draftKey, fieldKey, type DraftField, type DraftHeader } from '../storage/records.js';
import type { Op } from '../storage/store.js';
import type { Emit } from '../types.js';
import type { DraftState, HandOver } from './contract.js';
import type { Journals } from './journal.js';
import type { Ledger } from './ledger.js';
import { asChange, type FieldChange } from './merge.js';
import type { Repository } from './repository.js';
import { unique } from './restorer.js';

/** Failed writes in a row after which only a further edit tries again. */
const patience = 5;
/** First wait after a failed write, milliseconds; doubles. */
const pause = 1000;

export interface SaverDeps {
  form: HTMLFormElement;
  /** The draft's header without what changes from save to save. */
  about: Pick<DraftHeader, 'key' | 'owner' | 'scope' | 'form'>;
  ledger: Ledger;
  repository: Repository;
  journals: Journals;
  isDurable(): boolean;
  emit: Emit;
  onState(state: DraftState): void;
  /** Asks for a save at this time (epoch milliseconds). */
  saveAt(time: number): void;
  /** Settles when the stored draft is known: nothing is saved before. */
  opened: Promise<void>;
}

export interface Saver {
  header(): DraftHeader;
  state(): DraftState;
  /** Says the state if it changed. `typed`: there is something to be stored, without looking. */
  refresh(hint?: 'typed'): void;
  flush(): Promise<void>;
  /** Waits until nothing is on its way to the store. */
  settled(): Promise<void>;
  handOver(entryId: string): HandOver | undefined;
  /** Up to which revision the draft is with an entry. */
  submitted: { get(): number; set(revision: number): void };
  /** What is not stored goes into the journal. */
  journal(): void;
  /** Saves on their way write nothing any more. */
  cancel(): void;
  dropJournal(): void;
}

/** Brings one form's changes to the store, and says what is true of them. */
export function createSaver(deps: SaverDeps): Saver {
  const { form, about, ledger, repository, journals, isDurable, emit } = deps;
  let running: Promise<void> | undefined;
  let generation = 0;
  let failures = 0;
  let submittedUntil = 0;
  let hasJournal = false;
  let said: DraftState = 'idle';

  const header = (): DraftHeader => ({ v: 1, ...about, savedAt: Date.now(), revision: ledger.revision() });

  const state = (): DraftState => {
    if (ledger.isDirty() || ledger.changes().length > 0) return 'saving';
    const own = ledger.stored().some(({ revision }) => revision > submittedUntil);
    if (!own) return 'idle';
    // In memory it is not stored: it goes with the page.
    return isDurable() ? 'draft' : 'saving';
  };

  const refresh = (hint?: 'typed') => {
    if (hint && said === 'saving') return;
    const now = hint ? 'saving' : state();
    if (now === said) return;
    said = now;
    deps.onState(now);
  };

  const dropJournal = () => {
    journals.remove(about.key);
    hasJournal = false;
  };

  const journal = () => {
    const changes = isDurable() ? ledger.changes() : [...ledger.all().map(asChange), ...ledger.changes()];
    if (changes.length === 0) return;
    journals.write({ v: 1, header: header(), changes });
    hasJournal = true;
  };

  /** The store has said so already. Not stored stays not stored, and is tried again a few times. */
  const onFailed = (): undefined => {
    failures += 1;
    if (failures <= patience) deps.saveAt(Date.now() + pause * 2 ** (failures - 1));
    return undefined;
  };

  const onSaved = (savedAt: number, changes: readonly FieldChange[], cleared: number) => {
    failures = 0;
    ledger.settle(changes);
    if (cleared > 0) ledger.forget(cleared);
    const fields = unique(ledger.stored().map(({ name }) => name));
    if (!isDurable()) journal();
    else {
      if (hasJournal && ledger.changes().length === 0) dropJournal();
      if (ledger.stored().length > 0) emit('draft:saved', { key: about.key, form, savedAt, fields });
    }
  };

  const persist = async (): Promise<void> => {
    const changes = ledger.changes();
    const turn = generation;
    if (changes.length > 0) {
      const head = header();
      const save = { header: head, changes, all: ledger.all() };
      const cleared = await repository.save(save, () => turn === generation).catch(onFailed);
      if (cleared !== undefined && turn === generation) onSaved(head.savedAt, changes, cleared);
    }
    refresh();
  };

  const settled = async (): Promise<void> => {
    if (!running) return;
    await running;
    return settled();
  };

  const occupy = (task: Promise<void>): Promise<void> => {
    running = task.finally(() => (running = undefined));
    return running;
  };

  const handOver = (entryId: string): HandOver | undefined => {
    const all = ledger.all();
    if (all.length === 0) return undefined;
    const changes = ledger.changes();
    const revision = ledger.nextRevision();
    const { promise, resolve } = withResolvers();
    void occupy(promise);
    const done = (next: () => void) => {
      next();
      resolve();
      refresh();
      if (ledger.changes().length > 0) deps.saveAt(Date.now());
    };
    return {
      ref: { key: about.key, revision },
      ops: handOverOps({ ...header(), submitted: { id: entryId, revision } }, all, changes),
      written: () =>
        done(() => {
          ledger.settle(changes);
          submittedUntil = revision;
          if (hasJournal && ledger.changes().length === 0) dropJournal();
        }),
      failed: () => done(() => undefined),
    };
  };

  return {
    header,
    state,
    refresh,
    settled,
    handOver,
    journal,
    dropJournal,
    submitted: { get: () => submittedUntil, set: (revision) => (submittedUntil = revision) },
    async flush() {
      await deps.opened;
      await settled();
      ledger.capture();
      await occupy(persist());
    },
    cancel: () => void (generation += 1),
  };
}

/** Everything, not only what changed: the entry's transaction cannot look whether the store still has the rest. */
function handOverOps(header: DraftHeader, all: readonly DraftField[], changes: readonly FieldChange[]): Op[] {
  const { key } = header;
  const removed = changes.filter(({ record }) => record === null);
  return [
    { put: draftKey(key), value: header },
    ...all.map((record): Op => ({ put: fieldKey(key, record.field), value: record })),
    ...removed.map(({ field }): Op => ({ delete: fieldKey(key, field) })),
  ];
}

/** `Promise.withResolvers` is younger than the browsers we serve. */
function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
