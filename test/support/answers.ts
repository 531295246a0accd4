import type { Answer } from './types.js';

const HTML = 'text/html; charset=utf-8';

export const escapeHtml = (value: string): string =>
  value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export const text = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

export const html = (body: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': HTML },
  body,
});

export const json = (value: unknown, status = 200, type = 'application/json'): Answer => ({
  status,
  headers: { 'content-type': type },
  body: JSON.stringify(value),
});

export const redirect = (to: string, status = 303): Answer => ({ status, headers: { location: to } });

/** A file to save: the browser stays on the page it is on. */
export const download = (name: string, body: string | Buffer): Answer => ({
  status: 200,
  headers: {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${name}"`,
  },
  body,
});

export const signInRedirect = (next: string): Answer =>
  redirect(`/login/?next=${encodeURIComponent(next)}`, 302);

/** The words are Django's. */
export const csrfFailure = (): Answer =>
  html(
    htmlPage({
      title: '403 Forbidden',
      body: '<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.',
    }),
    403,
  );

export interface PageParts {
  title?: string;
  head?: string;
  body?: string;
}

/** A whole document of parts that are markup already. */
export const htmlPage = ({ title = 'Test page', head = '', body = '' }: PageParts): string =>
  `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n${head}\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
