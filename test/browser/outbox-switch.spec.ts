import { htmlPage, redirect } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { queue } from '../support/outbox.js';

/** Pages rendered for whoever is signed in, and a link that signs in somebody else at once, as support staff have it. */
function serve(site: Site): void {
  site.csrf = true;
  const owned = (user: string) => scriptTag(user ? { owner: user } : {});
  site.page('/orders/', ({ user, csrfInput }) =>
    htmlPage({
      head: owned(user),
      body: `<form method="post" data-resilient>${csrfInput()}<label>title <input name="title"></label><button>Save</button></form>`,
    }),
  );
  site.page('/done/', ({ user }) => htmlPage({ title: 'Done', head: owned(user) }));
  site.on('POST', '/orders/', (request) => {
    request.apply();
    return redirect('/done/');
  });
  site.on('GET', '/become/', ({ query }) => {
    const user = query.get('user')!;
    site.sessions.set(`session-of-${user}`, user);
    const cookies = [`sessionid=session-of-${user}; Path=/`, `csrftoken=token-of-${user}; Path=/`];
    return { ...redirect('/done/'), headers: { location: '/done/', 'set-cookie': cookies } };
  });
}

test(
  'a page that is on its way to another person’s does not begin to send with the other’s cookies',
  { tag: '@O12' },
  async ({ page, site }) => {
    await page.clock.install();
    serve(site);
    await page.goto('/become/?user=ada');
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await queue(page, site);
    await page.goto('about:blank');
    await site.heal();
    // Ada's page is shown, and its script is slow to come. No `beforeunload` will be heard.
    const script = site.hold({ path: /\.js$/, times: 1 });
    await page.goto(site.url('/orders/'), { waitUntil: 'commit' });
    await site.whenHeld(script);
    // Grace is signed in by the first answer of a navigation whose last one takes its time.
    const landing = site.hold({ path: '/done/', times: 1 });
    const gone = page.goto(site.url('/become/?user=grace'));
    await site.whenHeld(landing);
    script.release();
    // The page that has started now knows of the entry, and of a server that answers: it asks whose cookies it has, or sends.
    await site.whenRequest(
      ({ method, path, headers }) =>
        method === 'POST' || (path === '/orders/' && headers['sec-fetch-dest'] === 'empty'),
    );
    landing.release();
    await gone;
    await page.waitForURL('**/done/');
    await page.goto('/become/?user=ada');
    await site.whenEffects(1);
    expect(site.effects.map(({ user }) => user)).toEqual(['ada']);
    expect(site.posts.map(({ headers }) => /session-of-(\w+)/.exec(headers['cookie'] ?? '')?.[1])).toEqual([
      'ada',
    ]);
  },
);
