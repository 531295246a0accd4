import { randomUUID } from 'node:crypto';
import { escapeHtml, html, htmlPage, redirect } from './answers.js';
import type { Answer, SeenRequest, SiteRequest, SiteSettings } from './types.js';

const SESSION = 'sessionid';
const CSRF = 'csrftoken';

/** Sessions, the sign-in page and CSRF, with the names and the order of checks that Django has. */
export function createSession(settings: SiteSettings) {
  /** User by session id; clearing it signs everybody out. */
  const sessions = new Map<string, string>();

  const userOf = (cookies: Map<string, string>): string => sessions.get(cookies.get(SESSION) ?? '') ?? '';

  const csrfCookie = (token: string): string =>
    `${CSRF}=${token}; Path=/; SameSite=Lax${settings.csrf === 'http-only' ? '; HttpOnly' : ''}`;

  /** The token of this browser, made when it has none: then `cookie` must go with the answer. */
  function csrfTokenOf(cookies: Map<string, string>): { token: string; cookie?: string } {
    const known = cookies.get(CSRF);
    if (known) return { token: known };
    const token = randomUUID().replaceAll('-', '');
    return { token, cookie: csrfCookie(token) };
  }

  /** The body is read first, the header only when the body has none: as Django does. */
  function isForged(request: SiteRequest): boolean {
    if (settings.csrf === false) return false;
    const sent = request.text('csrfmiddlewaretoken') || request.headers['x-csrftoken'];
    return !sent || sent !== request.cookies.get(CSRF);
  }

  const signInPage = (request: SiteRequest): Answer =>
    html(
      htmlPage({
        title: 'Sign in',
        body: `<h1>Sign in</h1><form method="post" action="/login/">${request.csrfInput()}
<input type="hidden" name="next" value="${escapeHtml(request.query.get('next') ?? '/done/')}">
<label>User <input name="username"></label> <label>Password <input type="password" name="password"></label>
<button>Sign in</button></form>`,
      }),
    );

  function signIn(request: SiteRequest): Answer {
    const id = randomUUID();
    sessions.set(id, request.text('username') || 'someone');
    const cookies = [`${SESSION}=${id}; Path=/; HttpOnly; SameSite=Lax`];
    if (settings.csrf !== false) cookies.push(csrfCookie(randomUUID().replaceAll('-', '')));
    const answer = redirect(request.text('next') || '/done/', 302);
    return { ...answer, headers: { ...answer.headers, 'set-cookie': cookies } };
  }

  function signOut(request: SiteRequest): Answer {
    sessions.delete(request.cookies.get(SESSION) ?? '');
    return redirect('/login/', 302);
  }

  return { sessions, userOf, csrfTokenOf, isForged, signInPage, signIn, signOut };
}

export function cookiesOf(request: SeenRequest): Map<string, string> {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/).filter((pair) => pair.includes('='));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
