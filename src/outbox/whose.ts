import { queryDocument } from '../lib/dom.js';
import { ownerIn } from '../lib/html-forms.js';
import type { EntryRecord } from '../storage/records.js';

export interface WhoseDeps {
  owner: string;
  /** Tells the cookies of this moment from those of another sign-in; empty: nothing to tell by. */
  jar(): string;
  /** HTML of a page of this site; may reject. */
  fetchPage(url: string): Promise<string>;
}

/**
 * Whether the cookies of this browser are still those of the owner of this page. Somebody else may have signed in by a page
 * that is on its way here and has not said so yet: when the cookies are not those under which the entry was captured, a
 * page is fetched with them and says for whom the server renders it.
 */
export function createWhose({ owner, jar, fetchPage }: WhoseDeps): (entry: EntryRecord) => Promise<boolean> {
  let asked: { jar: string; answer: Promise<boolean> } | undefined;

  const ask = async (urls: readonly string[]): Promise<boolean> => {
    for (const url of urls) {
      const html = await fetchPage(url).catch(() => undefined);
      if (html === undefined) continue;
      const told = ownerIn(html);
      if (told !== undefined) return told === owner;
      // A page for nobody does not name anybody, where pages name their owners.
      return owner === '' || !saysOwner();
    }
    asked = undefined;
    return false;
  };

  return async ({ jar: captured, form }) => {
    const now = jar();
    if (!captured || captured === now) return true;
    if (asked?.jar !== now) asked = { jar: now, answer: ask([form.page, location.href]) };
    return (await asked.answer) && jar() === now;
  };
}

/** Whether the owner is in the pages of this site, and not only in its scripts. */
const saysOwner = (): boolean => queryDocument('script[data-owner], #resilient-forms-config') !== null;
