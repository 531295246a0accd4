import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';
import { html, htmlPage, redirect } from './answers.js';
import { tabKill } from './browser.js';
import { formMarkup, scriptTag } from './markup.js';
import type { Site } from './site.js';

/** A person's hour with a bad connection, from a seed: what goes wrong, and what they do about it. */
export interface Step {
  user: string;
  path: string;
  fault: (typeof faults)[number];
  /** Whether the server was asked within the last seconds, so that the browser is let go at once. */
  reading: 'fresh' | 'stale';
  typing: 'saved' | 'unsaved';
  after: 'stay' | 'reload' | 'kill' | 'leave';
  heals: 'before' | 'after';
}

/** What a person submitted, and what is to come of it. */
export interface Meant {
  token: string;
  user: string;
  path: string;
}

const faults = [
  'none',
  'refuse',
  'hang',
  'reset',
  'commit-then-drop',
  'cut',
  'unavailable',
  'broken',
  'portal',
  'signed-out',
] as const;
const paths = ['/orders/', '/notes/'];
const users = ['ada', 'grace'];

/** The same schedule for the same seed: Mulberry32. */
export function scheduleOf(seed: number, steps: number): Step[] {
  let state = seed * 0x9e37_79b9;
  const random = () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const one = <T>(...choices: T[]): T => choices[Math.floor(random() * choices.length)]!;
  return Array.from({ length: steps }, () => ({
    user: one(...users),
    path: one(...paths),
    fault: one(...faults),
    reading: one('fresh', 'stale'),
    typing: one('saved', 'unsaved'),
    after: one('stay', 'reload', 'kill', 'leave'),
    heals: one('before', 'after'),
  }));
}

const switching = '/login/switch/';
/** Signs in as this person, whoever was. */
export const signInAs = (user: string): string => `${switching}?user=${user}`;

/** Two forms, two people, each page rendered for whoever is signed in. */
export function openShop(site: Site): void {
  site.declaresIdempotency = true;
  site.signIn = 'required';
  site.csrf = true;
  const head = (user: string) => scriptTag({ ...(user && { owner: user }) });
  for (const path of paths) {
    site.page(path, ({ user, csrfInput }) =>
      htmlPage({
        title: path,
        head: head(user),
        body: formMarkup({ action: path, fields: ['token', 'note'], hidden: csrfInput() }),
      }),
    );
  }
  site.page('/done/', ({ user }) =>
    htmlPage({ title: 'Done', head: head(user), body: '<h1>Thank you</h1>' }),
  );
  site.on('GET', switching, (request) => {
    const user = request.query.get('user') ?? '';
    const id = `session-of-${user}`;
    site.sessions.set(id, user);
    // A sign-in gives a token of its own, as Django's does.
    const cookies = [`sessionid=${id}; Path=/`, `csrftoken=${randomUUID()}; Path=/`];
    return { ...redirect('/done/'), headers: { location: '/done/', 'set-cookie': cookies } };
  });
  site.on('GET', '/elsewhere/', ({ user }) =>
    html(htmlPage({ title: 'Else', head: head(user), body: '<p>Else</p>' })),
  );
}

function breakServer(site: Site, fault: Step['fault']): Promise<void> | void {
  switch (fault) {
    case 'none':
      return;
    case 'refuse':
      return site.stop();
    case 'hang':
      return site.fault('hang');
    case 'reset':
      return site.fault('reset-body');
    case 'unavailable':
      return site.fault({ status: 503, headers: { 'retry-after': '1' } });
    case 'commit-then-drop':
    case 'cut':
      return site.fault(fault, { method: 'POST' });
    case 'broken':
      return site.fault({ status: 500 }, { method: 'POST' });
    case 'portal':
      return site.fault('portal');
    case 'signed-out':
      return site.sessions.clear();
  }
}

/**
 * The server hangs for a while, then is started anew, hanging again: a browser whose tab waits for an answer for ever obeys
 * nobody in the end, no other tab of it either.
 */
async function hangUp(page: Page, site: Site): Promise<void> {
  const hangs = page.waitForRequest((request) => request.method() === 'POST', { timeout: 1500 });
  await hangs.catch(() => undefined);
  await site.stop();
  await site.start();
}

/** What still hangs then ends. */
async function mend(site: Site, { fault }: Step): Promise<void> {
  if (fault === 'hang') await site.stop();
  await site.heal();
}

/** One step; the page to go on with. The person's click is done when this returns, whatever came of it. */
export async function live(
  context: BrowserContext,
  before: Page,
  site: Site,
  step: Step,
  meant: Meant,
): Promise<Page> {
  let page = await arrive(context, before, signInAs(step.user));
  await visit(page, step.path);
  await page.locator('form[data-resilient-state]').waitFor();
  await finishDraft(page, step.path);
  await page.getByLabel('token').fill(meant.token);
  if (step.typing === 'saved') await page.locator('[data-resilient-state="draft"]').waitFor();
  if (step.reading === 'stale') await page.clock.fastForward(5000);
  await breakServer(site, step.fault);
  await page.getByRole('button', { name: 'Save' }).click({ noWaitAfter: true });
  if (step.fault === 'hang') await hangUp(page, site);
  if (step.after === 'stay') await outcomeShown(page);
  // Nothing outlives a crash within milliseconds of the last key: what counts begins when something is stored.
  if (step.typing === 'unsaved' && step.after === 'kill') await somethingStored(page);
  if (step.heals === 'before') await mend(site, step);
  if (step.after === 'reload')
    await page.reload({ timeout: 1500, waitUntil: 'commit' }).catch(() => undefined);
  if (step.after === 'leave') await page.goto('/elsewhere/', { timeout: 1500 }).catch(() => undefined);
  if (step.after === 'kill') {
    // A tab in the middle of a navigation may not die of it: then it is closed.
    await Promise.race([
      tabKill(page).catch(() => undefined),
      page.waitForEvent('close', { timeout: 1500 }).catch(() => undefined),
    ]);
    page = await context.newPage();
    await closeTab(before);
  }
  await mend(site, step);
  return page;
}

/** Closes a tab; one that is stuck in a navigation is left behind, as a person would leave it. */
export async function closeTab(page: Page): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, 3000));
  await Promise.race([page.close().catch(() => undefined), patience]);
}

/** Goes there, in a new tab when this one is stuck. */
async function arrive(context: BrowserContext, page: Page, path: string): Promise<Page> {
  const isThere = await visit(page, path).then(
    () => true,
    () => false,
  );
  if (isThere) return page;
  const next = await context.newPage();
  await visit(next, path);
  return next;
}

/** Goes there, also when a navigation of the form's is still under way. */
export async function visit(page: Page, path: string): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) {
    const done = await page.goto(path, { timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (done) return;
    // The other navigation first comes to its end.
    await page.waitForLoadState().catch(() => undefined);
  }
  throw new Error(`could not go to ${path}`);
}

/** Something typed before is in the form again: the person sends that first. */
async function finishDraft(page: Page, path: string): Promise<void> {
  while (await restoredToken(page)) {
    await page.getByRole('button', { name: 'Save' }).click();
    await outcomeShown(page);
    await visit(page, path);
    await page.locator('form[data-resilient-state]').waitFor();
  }
}

async function restoredToken(page: Page): Promise<string> {
  // Listed after all drafts of this page were looked for.
  await page.evaluate(() => globalThis.ResilientForms!.instance!.drafts.list());
  return page.getByLabel('token').inputValue();
}

async function somethingStored(page: Page): Promise<void> {
  const isStored = async () => {
    const { outbox, drafts } = globalThis.ResilientForms!.instance!;
    return (await outbox.list()).length + (await drafts.list()).length > 0;
  };
  await page.waitForFunction(isStored, undefined, { timeout: 8000 }).catch(() => undefined);
}

/** What a person would see before doing anything else: an answer, an error page, or that it is kept. */
async function outcomeShown(page: Page): Promise<void> {
  const isOver = () => {
    const form = document.querySelector('form[data-resilient]');
    const state = form?.getAttribute('data-resilient-state') ?? '';
    return !form || ['queued', 'held', 'sent'].includes(state);
  };
  await page.waitForFunction(isOver, undefined, { timeout: 4000 }).catch(() => undefined);
}

/** What came of a submission, counted on the server: sent once, or not sent and still the person's own as a draft. */
export type Fate = 'once' | 'kept' | 'lost' | 'duplicated' | 'misdirected';

export function fateOf({ token, user, path }: Meant, effects: Site['effects'], kept: boolean): Fate {
  const made = effects.filter(({ fields }) => fields.some(([, value]) => value === token));
  if (made.some((effect) => effect.user !== user || effect.path !== path)) return 'misdirected';
  // Sent, and still a draft that asks to be sent: the person would send it again.
  if (made.length + (kept ? 1 : 0) > 1) return 'duplicated';
  if (made.length === 1) return 'once';
  return kept ? 'kept' : 'lost';
}
