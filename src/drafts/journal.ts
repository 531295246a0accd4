import { partsOf } from './scope.js';
import type { Journal } from './merge.js';

const prefix = 'resilient-forms:journal:';

export interface Journals {
  /** Synchronous, for `pagehide`. */
  write(journal: Journal): void;
  /** All that this browser holds, whoever's they are. */
  all(): Journal[];
  remove(key: string): void;
}

/**
 * What is not in the database when the page goes, in `localStorage`: the only storage that does not have to be awaited.
 * The next page merges it into the database.
 */
export function createJournals(): Journals {
  return {
    write(journal) {
      // Without storage, or with a full one, there is nothing more that can be done at `pagehide`.
      attempt((storage) => storage.setItem(prefix + journal.header.key, JSON.stringify(journal)));
    },
    all: () =>
      attempt((storage) => Object.keys(storage).filter((item) => item.startsWith(prefix)))?.flatMap(
        (item) => {
          const journal = parse(attempt((storage) => storage.getItem(item)));
          return journal && prefix + journal.header.key === item ? [journal] : [];
        },
      ) ?? [],
    remove: (key) => attempt((storage) => storage.removeItem(prefix + key)),
  };
}

function attempt<T>(task: (storage: Storage) => T): T | undefined {
  try {
    return task(localStorage);
  } catch {
    return undefined;
  }
}

/** Leaves alone what is of a later version, or of somebody else. */
function parse(text: string | null | undefined): Journal | undefined {
  try {
    const journal = JSON.parse(text ?? 'null') as Partial<Journal> | null;
    const isWhole = journal?.v === 1 && journal.header?.v === 1 && Array.isArray(journal.changes);
    return isWhole && partsOf(journal.header!.key) ? (journal as Journal) : undefined;
  } catch {
    return undefined;
  }
}
