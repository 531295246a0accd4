import type { EntryRecord } from '../storage/records.js';
import type { DraftRef } from '../types.js';
import type { Forms } from './forms.js';
import type { Current } from './handle.js';

export interface CatchUpDeps {
  forms: Pick<Forms, 'settled' | 'gone'>;
  /** What the forms stood for when the page came back: what is submitted from then on is not in the list yet. */
  submitted: readonly Current[];
  list(): Promise<EntryRecord[]>;
  /** Whether the draft was cleared as this submission carried it: it was acknowledged. */
  wasCleared(ref: DraftRef): Promise<boolean>;
}

/**
 * Shows in each form what became of its submission while the page lay in the back/forward cache, where no other tab's word
 * reaches it.
 */
export async function catchUp({ forms, submitted, list, wasCleared }: CatchUpDeps): Promise<void> {
  const entries = await list();
  for (const { id, draft } of submitted) {
    const entry = entries.find((entry) => entry.id === id);
    if (entry) forms.settled(entry, newsOf(entry));
    else forms.gone(id, draft && (await wasCleared(draft)) ? 'sent' : 'unknown');
  }
}

const newsOf = ({ state }: EntryRecord) => (state === 'waiting' ? 'queued' : state);
