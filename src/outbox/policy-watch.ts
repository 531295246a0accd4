/** After a failure, the longest wait for the browser to say why, milliseconds: both reports come in tasks of their own. */
const patience = 100;

/**
 * What the page's own policy (CSP `connect-src`) did to a request. `before`: it was never made. `after`: it was made, and the
 * redirect it was answered with may not be followed.
 */
export type Blocked = 'no' | 'before' | 'after';

export interface PolicyWatch {
  /** Of the last request that failed. */
  blocked(): Promise<Blocked>;
  end(): void;
}

/**
 * Watches requests to an address. `fetch` itself tells none of it from a dead network; measured in Chromium: a violation is
 * reported with the address first asked for, and only a request that was made has a resource timing.
 */
export function watchPolicy(url: string): PolicyWatch {
  const over = new AbortController();
  let violated = false;
  let made = false;
  document.addEventListener(
    'securitypolicyviolation',
    ({ blockedURI, disposition }) => {
      violated ||= disposition === 'enforce' && isSame(blockedURI, url);
    },
    { signal: over.signal },
  );
  // Of its own: the page's list of timings may be full.
  const observer = new PerformanceObserver((list) => {
    made ||= list.getEntries().some(({ name }) => isSame(name, url));
  });
  observer.observe({ type: 'resource' });
  over.signal.addEventListener('abort', () => observer.disconnect(), { once: true });

  return {
    blocked: async () => {
      await new Promise((resolve) => setTimeout(resolve, patience));
      if (!violated) return 'no';
      return made ? 'after' : 'before';
    },
    end: () => over.abort(),
  };
}

/** Reports come without the fragment, and some browsers shorten them. */
const isSame = (reported: string, url: string): boolean =>
  URL.canParse(reported) && new URL(reported).origin + new URL(reported).pathname === addressOf(new URL(url));
const addressOf = ({ origin, pathname }: URL): string => origin + pathname;
