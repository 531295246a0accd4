import type { IncomingHttpHeaders } from 'node:http';

/** A file as it arrived. */
export interface PostedFile {
  name: string;
  type: string;
  bytes: Buffer;
}

export type PostedField = [name: string, value: string | PostedFile];

/** The head of a request, as the server saw it. */
export interface SeenRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** With the query. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Epoch milliseconds. */
  at: number;
}

/** A POST as it arrived, whether or not a fault hit it then. */
export interface Post extends SeenRequest {
  body: Buffer;
  fields: PostedField[];
  /** Idempotency key of the field, else of the header; empty when the POST had none. */
  key: string;
  /** How much arrived: `head` when the connection ended before the whole body did. */
  arrived: 'head' | 'whole';
  /** This POST made an effect: a repetition that got the saved answer did not. */
  applied: boolean;
}

/** One application of a submission: what a test counts to tell once from twice. */
export interface Effect {
  key: string;
  path: string;
  /** Without the CSRF token and the key. */
  fields: PostedField[];
  /** From 1, in the order of application. */
  order: number;
  /** Who was signed in; empty for nobody. */
  user: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

/** What a handler is given. */
export interface SiteRequest extends SeenRequest {
  query: URLSearchParams;
  cookies: Map<string, string>;
  /** Empty for a GET. */
  fields: PostedField[];
  body: Buffer;
  key: string;
  user: string;
  /** First text value of that name, or an empty string. */
  text(name: string): string;
  /** Hidden input with the CSRF token; empty while `site.csrf` is off. */
  csrfInput(): string;
  /** Makes the effect of this submission. Without it a handler changes nothing. */
  apply(): void;
}

export type Handler = (request: SiteRequest) => Answer | Promise<Answer>;

/** What the health addresses answer: a standard answer, or exactly the one given. */
export type Health = 'pass' | 'warn' | 'fail' | 'html' | 'empty' | Answer;

/** What a test may change at any time on the site. */
export interface SiteSettings {
  /** The same key is applied once and its saved answer given again. @default true */
  dedupes: boolean;
  /** How the server proves which submission it handled. @default 'none' */
  proof: 'none' | 'cookie' | 'meta';
  /** Django-like CSRF protection; `http-only` hides the cookie from scripts. @default false */
  csrf: boolean | 'http-only';
  /** `required`: pages and POSTs of somebody without a session are sent to /login/. @default 'open' */
  signIn: 'open' | 'required';
  /** @default 'pass' */
  health: Health;
  /** The health answer says `"idempotency": true`. @default false */
  declaresIdempotency: boolean;
  /** Content-Security-Policy of every HTML answer; empty for none. @default '' */
  csp: string;
  /** `false`: each answer ends its connection. @default true */
  keepAlive: boolean;
}
