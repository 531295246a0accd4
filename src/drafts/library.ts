import { entryKey, type DraftHeader, type DraftKey } from '../storage/records.js';
import type { Store } from '../storage/store.js';
import type { DraftSummary, Emit } from '../types.js';
import type { DraftDetail } from './contract.js';
import type { Journals } from './journal.js';
import type { StoredDraft } from './merge.js';
import type { Repository } from './repository.js';
import { unique } from './restorer.js';
import { partsOf } from './scope.js';

export interface LibraryDeps {
  owner: string;
  tab: string;
  /** Milliseconds. */
  maxAge: number;
  isOpenElsewhere(tab: string): Promise<boolean>;
  store: Store;
  repository: Repository;
  journals: Journals;
  emit: Emit;
}

export interface Library {
  /** The draft for a form: this tab's own, else the newest that no open tab holds, which becomes this tab's. */
  open(scope: string, key: DraftKey): Promise<StoredDraft>;
  list(): Promise<DraftSummary[]>;
  get(key: DraftKey): Promise<DraftDetail | undefined>;
  discard(keys: readonly DraftKey[]): Promise<void>;
  /** Deletes all of this owner, and these. */
  purge(keys: readonly DraftKey[]): Promise<void>;
  /** Deletes what is too old, of any owner. */
  expire(): Promise<void>;
}

/** The drafts of one owner, as a whole: which there are, whose they are, and when they go. */
export function createLibrary({
  owner,
  tab,
  maxAge,
  store,
  repository,
  journals,
  emit,
  isOpenElsewhere,
}: LibraryDeps): Library {
  const isFresh = ({ savedAt }: DraftHeader) => savedAt >= Date.now() - maxAge;
  const isFree = async (key: DraftKey) => {
    const other = partsOf(key)!.tab;
    return other === tab || !(await isOpenElsewhere(other));
  };
  const own = async () =>
    (await repository.headers()).filter((header) => header.owner === owner && isFresh(header));

  /** What the last page could not store in time. Of a tab that is open, it is that tab's business. */
  const mergeJournals = async () => {
    for (const journal of journals.all()) {
      const { key } = journal.header;
      if (partsOf(key)!.owner !== owner || !isFresh(journal.header) || !(await isFree(key))) continue;
      await repository.merge(journal);
      // In memory it would be gone with the page.
      if (store.durable) journals.remove(key);
    }
  };
  /** Sent without an entry, by a page that is gone and never learned what came of it: nobody else gives it back. */
  const releaseOrphans = async () => {
    for (const { key, submitted } of await own()) {
      if (!submitted || (await store.get(entryKey(submitted.id))) || !(await isFree(key))) continue;
      await repository.release(key);
    }
  };
  const merged = mergeJournals()
    .then(releaseOrphans)
    .catch(() => undefined);

  const adopt = async (scope: string, key: DraftKey) => {
    const headers = (await own()).filter((header) => header.scope === scope);
    if (headers.some((header) => header.key === key)) return;
    const candidates = headers.filter(({ submitted, dismissed }) => !submitted && !dismissed).sort(byAge);
    for (const candidate of candidates) {
      if (!(await isFree(candidate.key))) continue;
      return repository.move(candidate, { ...candidate, key });
    }
  };

  const get = async (key: DraftKey): Promise<DraftDetail | undefined> => {
    if (partsOf(key)?.owner !== owner) return undefined;
    const { header, fields } = await repository.read(key);
    if (!header) return undefined;
    const values = fields.map(({ name, value, base }) => ({ name, value, base }));
    return {
      key,
      form: header.form,
      savedAt: header.savedAt,
      fields: unique(fields.map(({ name }) => name)),
      values,
    };
  };

  const discard = async (keys: readonly DraftKey[]) => {
    for (const key of keys) journals.remove(key);
    await repository.discard(keys);
  };

  return {
    async open(scope, key) {
      await merged;
      await adopt(scope, key);
      const draft = await repository.read(key);
      const isOld = draft.header && !draft.header.submitted && !isFresh(draft.header);
      return isOld ? { ...draft, header: undefined, fields: [] } : draft;
    },
    get,
    discard,
    async list() {
      await merged;
      const headers = (await own()).filter(({ submitted }) => !submitted).sort(byAge);
      const details = await Promise.all(headers.map(({ key }) => get(key)));
      return details.flatMap((detail): DraftSummary[] => {
        if (!detail) return [];
        const { values: _, ...summary } = detail;
        return [summary];
      });
    },
    async purge(keys) {
      const journaled = journals.all().map(({ header }) => header.key);
      const stored = (await repository.headers()).map(({ key }) => key);
      await discard(
        [...new Set([...keys, ...journaled, ...stored])].filter((key) => partsOf(key)?.owner === owner),
      );
    },
    async expire() {
      await merged;
      for (const { header } of journals.all()) if (!isFresh(header)) journals.remove(header.key);
      const gone = await repository.expire(Date.now() - maxAge).catch(() => []);
      for (const { key, savedAt } of gone) emit('draft:discarded', { key, form: null, savedAt, fields: [] });
    },
  };
}

const byAge = (one: DraftHeader, other: DraftHeader): number => other.savedAt - one.savedAt;
