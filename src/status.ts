import type { Word } from './outbox/contract.js';
import type { EntryRecord } from './storage/records.js';
import type { BreakerState, ConnectionState, Status } from './types.js';

export interface StatusDeps {
  connection(): { state: ConnectionState; since: number; latency?: number; nextCheckAt?: number };
  breaker(): BreakerState;
  entries(): Promise<EntryRecord[]>;
  /** The status, or the list behind it, is another than before. */
  onChange(status: Status, entries: readonly EntryRecord[], news: 'status' | 'list'): void;
  signal: AbortSignal;
}

export interface StatusBoard {
  readonly current: Status;
  readonly entries: readonly EntryRecord[];
  /** Something of connection or breaker changed. */
  refresh(): void;
  /** The list of entries changed. Calls at the same time share one reading. */
  reload(): Promise<void>;
  /** One entry fared so, here or in another tab. Without a word the list is read anew. */
  hear(word: Word | undefined): Promise<void>;
}

/** Puts connection, breaker and outbox together into the one status that everybody is shown. */
export function createStatusBoard(deps: StatusDeps): StatusBoard {
  let entries: readonly EntryRecord[] = [];
  let told = '';
  let loading: Promise<void> | undefined;
  let again = false;

  const status = (): Status => {
    const { state, since, latency, nextCheckAt } = deps.connection();
    const held = entries.filter((entry) => entry.state === 'held').length;
    return {
      state,
      since,
      breaker: deps.breaker(),
      queued: entries.length - held,
      held,
      ...(latency !== undefined && { latency }),
      ...(nextCheckAt !== undefined && { nextCheckAt }),
    };
  };

  const tell = (listChanged: boolean): void => {
    if (deps.signal.aborted) return;
    const current = status();
    const { state, breaker, queued, held } = current;
    const summary = JSON.stringify([state, breaker, queued, held]);
    if (summary === told && !listChanged) return;
    const news = summary === told ? 'list' : 'status';
    told = summary;
    deps.onChange(current, entries, news);
  };

  const load = async (): Promise<void> => {
    do {
      again = false;
      // What storage cannot say it has said itself; the last known list stays.
      entries = await deps.entries().then(
        (all) => all.filter(isOurs),
        () => entries,
      );
    } while (again);
    loading = undefined;
    tell(true);
  };

  const reload = (): Promise<void> => {
    if (loading) again = true;
    loading ??= load();
    return loading;
  };

  return {
    get current() {
      return status();
    },
    get entries() {
      return entries;
    },
    refresh: () => tell(false),
    reload,
    hear: async (word) => {
      // What is being read may be from before the word.
      const next = word && !loading && changedBy(word, entries);
      if (!next) return reload();
      entries = next;
      tell(true);
    },
  };
}

/**
 * The list as the word leaves it, so that a queue of hundreds is not read anew for each of them. `undefined` where the word
 * does not tell: what is new has its place by its order, and what is held may have an answer that no word carries.
 */
function changedBy({ name, entry }: Word, entries: readonly EntryRecord[]): EntryRecord[] | undefined {
  const index = entries.findIndex(({ id }) => id === entry.id);
  if (index < 0 || name === 'held') return undefined;
  return name === 'sent' || name === 'discarded' ? entries.toSpliced(index, 1) : entries.with(index, entry);
}

/** What the browser is sending by itself it shows by itself: it neither waits nor is it sent by us. */
const isOurs = ({ state, lease }: EntryRecord): boolean =>
  state !== 'sending' || lease?.holder !== 'navigation';
