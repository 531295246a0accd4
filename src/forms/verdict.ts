import type { HoldReason } from '../types.js';
import type { Marker } from './marker.js';

/** What a page can tell of how it came to be here. */
export interface Evidence {
  /** The server's proof (cookie or meta) that it handled this key. */
  proof: boolean;
  /** Address of this page, without fragment. */
  page: string;
  navigation: 'navigate' | 'reload' | 'back_forward' | 'prerender';
  redirects: number;
  /** HTTP status of this page; 0 where the browser does not say. */
  status: number;
  /** Address of the document before this one in the tab, `null` when unknown or of another site. */
  from: string | null;
  referrer: string;
  /** A pop-up begins with a copy of its opener's markers. */
  isFirstInTab: boolean;
  /** The form that was sent stands on this page again. */
  hasForm: boolean;
  isSignIn: boolean;
}

/**
 * What became of a native submission. `shown`: the server did not take it and the person sees why. `waiting`: it said to
 * come again. `unknown`: nothing here says whether it arrived.
 */
export type Settlement = 'acknowledged' | 'shown' | 'waiting' | HoldReason;

/** DESIGN 3.4: proof, else a redirect after the POST, else the same form again, else another page. */
export function settlementOf(
  marker: Pick<Marker, 'page' | 'action' | 'superseded'>,
  seen: Evidence,
): Settlement {
  if (seen.proof) return 'acknowledged';
  if (!isAnswer(marker, seen)) return 'unknown';
  if (seen.isSignIn || seen.status === 401) return 'sign-in';
  if (seen.status === 429 || seen.status === 503) return 'waiting';
  if (seen.status >= 500) return 'unknown';
  if (seen.redirects > 0 && seen.status < 400) return 'acknowledged';
  if (seen.status === 403) return 'refused';
  if (seen.hasForm) return 'shown';
  return seen.status >= 400 ? 'rejected' : 'acknowledged';
}

/**
 * Whether this page is the answer to the POST, and not somewhere the person went instead. After an error page of the
 * browser, only its reload sends the POST again.
 */
function isAnswer(marker: Pick<Marker, 'page' | 'action' | 'superseded'>, seen: Evidence): boolean {
  if (marker.superseded || seen.isFirstInTab) return false;
  if (seen.navigation === 'back_forward' || seen.navigation === 'prerender') return false;
  const cameFromForm = seen.referrer === marker.page || (seen.referrer !== '' && seen.from === marker.page);
  // A reload without a redirect may as well be one of the form's page itself.
  if (seen.navigation === 'reload') return cameFromForm && seen.redirects > 0;
  return cameFromForm && (seen.redirects > 0 || seen.page === marker.action);
}
