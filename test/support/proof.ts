import { isHtml, withCookie } from './exchange.js';
import type { Answer, SiteRequest, SiteSettings } from './types.js';

const NAME = 'resilient-sent';
/** Carries the key over the redirect to the page that says it; not for scripts. */
const CARRIER = 'proof-for-next-page';

/** Adds the proof that the server handled a submission, in the form the site is set to. */
export function withProof(
  answer: Answer,
  request: SiteRequest,
  applied: boolean,
  { proof }: SiteSettings,
): Answer {
  if (proof === 'none') return answer;
  if (applied && request.key !== '') {
    if (proof === 'cookie') return withCookie(answer, `${NAME}=${request.key}; Path=/; SameSite=Lax`);
    if (isHtml(answer)) return withMeta(answer, request.key);
    return withCookie(answer, `${CARRIER}=${request.key}; Path=/; HttpOnly`);
  }
  const carried = request.cookies.get(CARRIER);
  if (proof !== 'meta' || !carried || request.method !== 'GET' || !isHtml(answer)) return answer;
  return withCookie(withMeta(answer, carried), `${CARRIER}=; Path=/; HttpOnly; Max-Age=0`);
}

function withMeta(answer: Answer, key: string): Answer {
  const page = String(answer.body);
  const meta = `<meta name="${NAME}" content="${key}">`;
  const start = /<head[^>]*>/i.exec(page) ?? /<!doctype html>/i.exec(page);
  const at = start ? start.index + start[0].length : 0;
  return { ...answer, body: page.slice(0, at) + meta + page.slice(at) };
}
