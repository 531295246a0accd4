import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Faults } from './faults.js';

/**
 * Stands before the application and does what the fault under way asks for before a request is looked at.
 * `refuse` and `database` act elsewhere, `drop` after the application.
 */
export function createGate(faults: Faults, application: RequestListener): RequestListener {
  return (request, response) => {
    const { kind } = faults.state();
    if (kind === 'hang') {
      void faults.over().then(() => {
        // A browser that gave up has closed its socket: to it, nothing was sent.
        if (!request.socket.destroyed) application(request, response);
      });
    } else if (kind === 'unavailable') {
      unavailable(request, response, faults.secondsLeft());
    } else if (kind === 'portal') {
      answer(request, response, 200, {}, PORTAL);
    } else {
      application(request, response);
    }
  };
}

function unavailable(request: IncomingMessage, response: ServerResponse, seconds: number): void {
  const headers = { 'retry-after': String(seconds) };
  if (request.url?.startsWith('/health/')) {
    const body = JSON.stringify({ status: 'fail', output: 'maintenance' });
    answer(request, response, 503, { ...headers, 'content-type': 'application/health+json' }, body);
  } else {
    answer(request, response, 503, headers, page('Back soon', `We are back in ${seconds} seconds.`));
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  // The body is read to its end: closing on one still arriving would reset the connection instead.
  request.resume();
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    ...headers,
  });
  response.end(request.method === 'HEAD' ? '' : body);
}

function page(title: string, text: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>`;
}

const PORTAL = page('Hotel Wi-Fi', 'Welcome. Accept our terms to use the network.');
