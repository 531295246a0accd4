import { html, htmlPage, json } from './answers.js';
import type { Answer, SiteSettings } from './types.js';

const HEALTH_PATHS = new Set(['/health/', '/health/simple/', '/admin/connection-status/']);

export const isHealthPath = (path: string): boolean => HEALTH_PATHS.has(path);

/** Never kept by a cache, so that what the browser has is the server's answer of now. */
export function healthAnswer({ health, declaresIdempotency }: SiteSettings): Answer {
  if (typeof health === 'object') return health;
  if (health === 'empty') return { status: 204 };
  if (health === 'html') return html(htmlPage({ body: '<p>All good.</p>' }));
  const value = { status: health, checks: {}, ...(declaresIdempotency && { idempotency: true }) };
  const answer = json(value, health === 'fail' ? 503 : 200, 'application/health+json');
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}
