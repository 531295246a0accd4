import { escapeHtml, html, htmlPage, redirect, text } from './answers.js';
import { healthAnswer, isHealthPath } from './health.js';
import { formMarkup } from './markup.js';
import type { FormMarkup } from './markup.js';
import type { createSession } from './session.js';
import { createStaticFiles } from './static-files.js';
import type { Answer, Handler, SiteRequest, SiteSettings } from './types.js';

interface Route {
  method: string;
  path: string | RegExp;
  handler: Handler;
}

export interface SiteForm extends Omit<FormMarkup, 'values' | 'errors' | 'hidden'> {
  /** Markup for the page's head: the script tag. */
  head?: string;
  /** What is wrong, by field; nothing wrong applies the submission and redirects to /done/. */
  validate?: (request: SiteRequest) => Record<string, string>;
  /** Status of the page that shows what was wrong. @default 200 */
  invalidStatus?: number;
}

/** What a usual server-rendered site answers, and what a test puts in its place; the newest route wins. */
export function createRoutes(
  settings: SiteSettings,
  session: ReturnType<typeof createSession>,
  dist?: string,
) {
  const routes: Route[] = [];
  const staticFile = createStaticFiles(dist);

  const on = (method: string, path: string | RegExp, handler: Handler) =>
    void routes.unshift({ method, path, handler });

  const page = (path: string, markup: string | ((request: SiteRequest) => string)) =>
    on('GET', path, (request) => html(typeof markup === 'string' ? markup : markup(request)));

  /** A page with a form that posts to its own address, as Django's do, and what comes of the POST. */
  function form(path: string, { head = '', validate, invalidStatus = 200, ...markup }: SiteForm): void {
    const render = (request: SiteRequest, errors: Record<string, string> = {}): string => {
      const values = Object.fromEntries(markup.fields.map((name) => [name, request.text(name)]));
      const body = formMarkup({ ...markup, values, errors, hidden: request.csrfInput() });
      return htmlPage({ title: 'Form', head, body: `<h1>Form</h1>${body}` });
    };
    page(path, render);
    on('POST', markup.action ?? path, (request) => {
      const errors = validate?.(request) ?? {};
      if (Object.keys(errors).length > 0) return html(render(request, errors), invalidStatus);
      return applyAndRedirect(request);
    });
  }

  async function answer(request: SiteRequest): Promise<Answer> {
    const route = routes.find(
      ({ method, path }) =>
        method === request.method &&
        (typeof path === 'string' ? path === request.path : path.test(request.path)),
    );
    if (route) return route.handler(request);
    return request.method === 'POST' ? answerPost(request) : answerGet(request);
  }

  function answerPost(request: SiteRequest): Answer {
    if (request.path === '/login/') return session.signIn(request);
    if (request.path === '/logout/') return session.signOut(request);
    return applyAndRedirect(request);
  }

  async function answerGet(request: SiteRequest): Promise<Answer> {
    if (isHealthPath(request.path)) return healthAnswer(settings);
    if (request.path === '/done/') return donePage(request);
    if (request.path === '/login/') return session.signInPage(request);
    if (request.path === '/favicon.ico') return { status: 204 };
    return (await staticFile(request.path)) ?? text(404, 'not found');
  }

  return { on, page, form, answer };
}

/** Whether the address is there for anybody: the sign-in itself, health, and files. */
export const isPublic = (path: string): boolean =>
  isHealthPath(path) || /^\/(login|logout|dist|pages|node_modules)\/|^\/favicon\.ico$/.test(path);

function applyAndRedirect(request: SiteRequest): Answer {
  request.apply();
  return {
    ...redirect('/done/'),
    headers: { location: '/done/', 'set-cookie': 'flash=Saved.; Path=/; HttpOnly' },
  };
}

/** Shows the flash message once. */
function donePage(request: SiteRequest): Answer {
  const flash = request.cookies.get('flash');
  const message = flash ? `<p id="flash">${escapeHtml(flash)}</p>` : '';
  const answer = html(htmlPage({ title: 'Done', body: `<h1>Done</h1>${message}` }));
  if (!flash) return answer;
  return { ...answer, headers: { ...answer.headers, 'set-cookie': 'flash=; Path=/; HttpOnly; Max-Age=0' } };
}
