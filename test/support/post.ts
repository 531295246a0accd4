import type { Site } from './site.js';

/** A POST as a page's script would send it; a redirect is not followed. */
export const post = (site: Site, fields: Record<string, string>, path = '/orders/', headers = {}) =>
  fetch(site.url(path), {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  });
