import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { Client, type QueryResultRow } from 'pg';
import { createDjangoDemo, type DjangoDemo, type DjangoDemoOptions } from '../../demo/django/demo.js';
import type { FaultKind } from '../../demo/server/faults.js';

export type Mode = NonNullable<DjangoDemoOptions['mode']>;

export interface World extends DjangoDemo {
  mode: Mode;
  /** Asks the database itself, beside Django. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Begins a fault, `none` ends the one under way. */
  fault(kind: FaultKind | 'none', seconds?: number): Promise<void>;
}

/** A Django admin on a real PostgreSQL, for the tests of one file. */
export async function createWorld(mode: Mode, options: Partial<DjangoDemoOptions> = {}): Promise<World> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'resilient-admin-'));
  // PostgreSQL may run under another account, which has to get through.
  await chmod(dataDir, 0o711);
  const demo = await createDjangoDemo({ mode, database: 'postgres', dataDir, ...options });

  const sql: World['sql'] = async <Row extends object>(text: string, values: unknown[] = []) => {
    const client = new Client(demo.postgres!.connectionString());
    await client.connect();
    try {
      return (await client.query<Row & QueryResultRow>(text, values)).rows;
    } finally {
      await client.end();
    }
  };

  const fault: World['fault'] = async (kind, seconds = 120) => {
    const headers = { 'x-fault-token': demo.control.token };
    const begin = {
      method: 'POST',
      body: JSON.stringify({ kind, seconds }),
      headers: { ...headers, 'content-type': 'application/json' },
    };
    const init = kind === 'none' ? { method: 'DELETE', headers } : begin;
    const response = await fetch(`${demo.control.origin}/faults`, init);
    expect(response.status).toBe(200);
  };

  return {
    ...demo,
    mode,
    sql,
    fault,
    close: async () => {
      await demo.close();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Signs in; on the admin's own page where the browser has been here before. */
export async function signIn(page: Page, world: World, user = 'ada', next = '/admin/'): Promise<void> {
  const signInPage = `${world.origin}/admin/login/?next=${encodeURIComponent(next)}`;
  const cookies = await page.context().cookies(world.origin);
  if (cookies.length === 0) {
    await exchange(page.context().request, signInPage, user);
    await page.goto(`${world.origin}${next}`);
    return;
  }
  await page.goto(signInPage);
  await page.getByLabel('Username').fill(user);
  await page.getByLabel('Password').fill('admin');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${world.origin}${next}`);
}

/** The same with less ado: the browser has the session, and drew no page for it. */
async function exchange(request: APIRequestContext, signInPage: string, username: string): Promise<void> {
  const form = await (await request.get(signInPage)).text();
  const csrfmiddlewaretoken = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(form)![1]!;
  const answer = await request.post(signInPage, {
    form: { csrfmiddlewaretoken, username, password: 'admin' },
    headers: { referer: signInPage },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(302);
}

/** Until the newest answer of the server is no longer a fresh sign of life: it is asked before a submission. */
export const untilStale = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const asked = performance.getEntriesByType('resource').filter(({ name }) => /health/.test(name));
    const newest = (asked as PerformanceResourceTiming[]).at(-1)?.responseEnd;
    return newest !== undefined && performance.now() > newest + 2200;
  });

/** The form's state as the SDK says it. */
export const untilState = (page: Page, state: string): Promise<unknown> =>
  page.waitForSelector(`form[data-resilient-state="${state}"]`, { state: 'attached' });

export interface Counted {
  books: number;
  chapters: number;
  reviews: number;
  /** Entries of the admin's own log about these books. */
  logged: number;
}

/** What is in the database of the books with this title. */
export async function countOf(world: World, title: string): Promise<Counted> {
  const [row] = await world.sql<Counted>(
    `with book as (select id from shop_book where title = $1) select
       (select count(*)::int from book) as books,
       (select count(*)::int from shop_chapter where book_id in (select id from book)) as chapters,
       (select count(*)::int from shop_review where book_id in (select id from book)) as reviews,
       (select count(*)::int from django_admin_log log join django_content_type type on type.id = log.content_type_id
         where type.model = 'book' and log.object_id in (select id::text from book)) as logged`,
    [title],
  );
  return row!;
}
