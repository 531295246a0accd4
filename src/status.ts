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

  return {
    get current() {
      return status();
    },
    get entries() {
      return entries;
    },
    refresh: () => tell(false),
    reload: () => {
      if (loading) again = true;
      loading ??= load();
      return loading;
    },
  };
}

/** What the browser is sending by itself it shows by itself: it neither waits nor is it sent by us. */
const isOurs = ({ state, lease }: EntryRecord): boolean =>
  state !== 'sending' || lease?.holder !== 'navigation';
