import type { DraftRef } from '../types.js';
import type { Settlement } from './verdict.js';

const item = 'resilient-forms:sent';

/** What the next page of this tab must know to settle a native submission. */
export interface Marker {
  v: 1;
  id: string;
  key: string;
  owner: string;
  /** Address of the page it was sent from, without fragment. */
  page: string;
  /** Address of the form's own page, where that is another: the server showed the form again at the address it posts to. */
  home?: string;
  /** Where it was sent, absolute. */
  action: string;
  /** The form's name, to know a copy of it again. */
  form: string;
  /** Whether the outbox has it; files and secrets go without. */
  entry: boolean;
  draft?: DraftRef;
  /** The entry that this submission was made of: over once this one is acknowledged. */
  corrects?: string;
  /** Epoch milliseconds. */
  at: number;
  /** Another navigation was begun from the page after this one: what comes next may be no answer to it. */
  superseded?: true;
  /** What a page before this one made of it, and had no time to act on. */
  settlement?: Settlement;
}

export function setMarker(marker: Marker): void {
  try {
    sessionStorage.setItem(item, JSON.stringify(marker));
  } catch {
    // Without it the entry's lease runs out, and what became of it counts as unknown.
  }
}

/** The marker of this tab; anything that is not one counts as none. */
export function getMarker(): Marker | undefined {
  try {
    const marker = JSON.parse(sessionStorage.getItem(item) ?? 'null') as Marker | null;
    return marker?.v === 1 && typeof marker.id === 'string' ? marker : undefined;
  } catch {
    return undefined;
  }
}

export function clearMarker(): void {
  try {
    sessionStorage.removeItem(item);
  } catch {
    // Then there was none.
  }
}
