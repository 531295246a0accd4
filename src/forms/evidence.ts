import { ofDocument, queryDocument } from '../lib/dom.js';
import { isSignInUrl } from '../lib/sign-in.js';
import type { Marker } from './marker.js';
import type { Evidence } from './verdict.js';

/** Reads off this page how it came to be here. `restored`: out of the back/forward cache. */
export function gatherEvidence(
  marker: Marker,
  deps: { signIn: string; hasForm(marker: Marker): boolean; restored: boolean },
): Evidence {
  const [timing] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return {
    proof: hasProof(marker.key),
    page: withoutFragment(location.href),
    navigation: deps.restored ? 'back_forward' : (timing?.type ?? 'navigate'),
    redirects: timing?.redirectCount ?? 0,
    status: timing?.responseStatus ?? 0,
    from: cameFrom(),
    referrer: withoutFragment(ofDocument('referrer')),
    isFirstInTab: history.length === 1,
    hasForm: deps.hasForm(marker),
    isSignIn: isSignInPage(deps.signIn) && withoutFragment(location.href) !== marker.page,
  };
}

/** The server says that it handled this key: cookie `resilient-sent`, or a meta of that name. */
export function hasProof(key: string): boolean {
  if (readCookie('resilient-sent') === key) return true;
  return readMeta('resilient-sent') === key;
}

/** Whether this page asks to sign in: by its address, or with `auto` by its asking for a password. */
export function isSignInPage(option: string): boolean {
  if (isSignInUrl(location.href, option)) return true;
  return (
    option === 'auto' && queryDocument('input[type=password i]:not([autocomplete=new-password i])') !== null
  );
}

/** The cookie as it stands, not decoded. */
export function readCookie(name: string): string | undefined {
  const found = ofDocument('cookie')
    .split('; ')
    .find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

export const readMeta = (name: string): string | undefined =>
  queryDocument<HTMLMetaElement>(`meta[name="${CSS.escape(name)}"]`)?.content || undefined;

export const withoutFragment = (url: string): string => url.replace(/#.*$/, '');

type Activation = { from: { url: string | null } | null };

/** Chromium tells which page of this site the tab showed before; others do not. */
function cameFrom(): string | null {
  const activation = (window as { navigation?: { activation?: Activation | null } }).navigation?.activation;
  const url = activation?.from?.url;
  return url ? withoutFragment(url) : null;
}
