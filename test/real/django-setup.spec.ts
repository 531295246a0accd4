import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { book, createVisitor, freshKey } from './django-client.js';
import { createFolder, expect, test } from './django-world.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ADD = '/admin/shop/book/add/';

test('the project is sound, and its migrations are up to date', async ({ django }) => {
  expect(await django.python(['check', '--fail-level', 'INFO'])).toContain('no issues');
  expect(await django.python(['makemigrations', '--check', '--dry-run'])).toContain('No changes detected');
});

test('a middleware in the wrong place, or a token that scripts cannot read, is said by check', async ({
  django,
}) => {
  const middleware = [
    'from django.conf import settings',
    'm = settings.MIDDLEWARE',
    'm.insert(0, m.pop())',
    'm.append(m.pop(m.index("resilient_forms.middleware.ConnectionMiddleware")))',
    'settings.CSRF_COOKIE_HTTPONLY = True',
    'from django.core.checks import run_checks',
    'print(*[check.id for check in run_checks() if check.id.startswith("resilient_forms")])',
  ];
  const said = await django.python(['shell', '-v0', '-c', middleware.join('; ')]);
  expect(said.trim().split(' ').sort()).toEqual([
    'resilient_forms.E001',
    'resilient_forms.I001',
    'resilient_forms.W002',
  ]);
});

test('the admin’s pages carry the script, the owner and the attributes; the sign-in page has no owner', async ({
  django,
}) => {
  const ada = createVisitor(django.origin);
  const { text: signIn } = await ada.get('/admin/login/');
  expect(signIn).toMatch(/<script [^>]*src="\/static\/resilient-forms\.min\.js" defer><\/script>/);
  expect(signIn).toContain('data-health="/health/"');
  expect(signIn).not.toContain('data-owner');
  await ada.signIn('ada');

  const { text: add } = await ada.get(ADD);
  expect(add.match(/resilient-forms\.min\.js/g)).toHaveLength(1);
  expect(add).toMatch(/data-owner="\d+"/);
  expect(add).toMatch(/<form data-resilient="book"[^>]* id="book_form"/);
  expect(add).toMatch(/data-resilient-sign-out/);

  const { text: books } = await ada.get('/admin/shop/book/');
  expect(books).toMatch(/<form data-resilient="book" id="changelist-form"/);
  expect(books.match(/data-resilient="/g)).toHaveLength(1);
  const { text: orders } = await ada.get('/admin/shop/order/');
  expect(orders).toMatch(/<form data-resilient="order" data-resilient-drafts="off" id="changelist-form"/);
  const { text: asked } = await ada.get('/admin/shop/book/2/delete/');
  expect(asked).toMatch(/<form data-resilient="delete" data-resilient-drafts="off" method="post"/);
  const { text: password } = await ada.get('/admin/password_change/');
  expect(password).toMatch(/<form data-resilient="password" data-resilient-drafts="off" method="post"/);
});

test('a book saved in a pop-up counts once, too', async ({ django, count }) => {
  const ada = createVisitor(django.origin);
  await ada.signIn('ada');
  const key = freshKey();
  const answers = [];
  for (const _ of [1, 2]) {
    answers.push(
      await ada.post('/admin/shop/author/add/?_popup=1', { name: 'Popped', _popup: '1' }, { key }),
    );
  }
  expect(answers.map(({ status, proof }) => [status, proof])).toEqual([
    [200, key],
    [200, key],
  ]);
  expect(answers[1]?.headers.get('idempotency-replayed')).toBe('true');
  expect(await count('shop.Author', { name: 'Popped' })).toBe(1);
});

test('the drop-in is one script tag in a template, with no Python of ours, and knows of the database', async ({
  start,
}) => {
  const own = await start({ database: 'postgres', mode: 'dropin' });
  const loaded = 'import sys; print([name for name in sys.modules if "resilient" in name])';
  expect((await own.python(['shell', '-v0', '-c', loaded])).trim()).toBe('[]');
  const template = await readFile(join(ROOT, 'demo/django/templates_dropin/admin/base_site.html'), 'utf8');
  expect(template.match(/<script/g)).toHaveLength(1);
  expect(template).not.toContain('resilient_forms');

  const ada = createVisitor(own.origin);
  expect((await ada.get('/admin/login/')).text).not.toContain('data-owner');
  await ada.signIn('ada');
  expect((await ada.get(ADD)).text).toMatch(
    /<script src="\/static\/resilient-forms\.min\.js" defer data-forms="form\[method=post\]:not\(#logout-form\)" [^>]*data-owner="\d+"><\/script>/,
  );
  const bundle = await ada.get('/static/resilient-forms.min.js');
  expect(bundle.status).toBe(200);
  const healthy = await ada.get('/health/', 'application/health+json');
  expect([healthy.status, healthy.headers.get('content-type'), healthy.text.trim()]).toEqual([
    200,
    'application/json',
    '{"status": "pass"}',
  ]);
  await own.postgres!.stop();
  expect((await ada.get('/health/', 'application/health+json')).status).toBe(500);
  await own.postgres!.start();
  await expect.poll(async () => (await ada.get('/health/')).status).toBe(200);
});

test('switched off it is Django as it comes', async ({ start }) => {
  const own = await start({ mode: 'off' });
  const ada = createVisitor(own.origin);
  await ada.signIn('ada');
  const { text } = await ada.get(ADD);
  expect(text).not.toContain('resilient');
  expect((await ada.get('/health/')).status).toBe(404);
  expect((await ada.post(ADD, book('Plain'), { key: freshKey() })).proof).toBe('');
});

test('the launcher runs as a program, says where it is, and leaves nothing running', async () => {
  const folder = await createFolder();
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const program = launch({ DEMO_DATA: folder, PORT: '0' });
    const said = await linesUntil(program, /^Admin: /);
    const admin = /^Admin: (\S+) \(ada \/ admin\)$/.exec(said.at(-1) ?? '')?.[1] ?? '';
    expect(said.join('\n')).toMatch(/^Faults: http:\/\/127\.0\.0\.1:\d+\/$/m);
    expect(said.join('\n')).toContain('PostgreSQL');
    expect((await fetch(admin)).status).toBe(200);
    const children = spawnSync('pgrep', ['-P', String(program.pid), '-x', 'postgres|python.*'], {
      encoding: 'utf8',
    });
    const pids = children.stdout.trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);

    const ended = once(program, 'exit');
    program.kill(signal);
    await ended;
    await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    await expect(fetch(admin)).rejects.toThrow();
  }
  await rm(folder, { recursive: true, force: true });
});

test('without a Django the launcher says what to install', async () => {
  const program = launch({ DJANGO_PYTHON: '/nonexistent/python' });
  let said = '';
  program.stderr!.on('data', (chunk) => (said += chunk));
  const [code] = (await once(program, 'close')) as [number];
  expect(code).toBe(1);
  expect(said).toContain('Django 3.2');
  expect(said).not.toContain('    at ');
});

function launch(env: Record<string, string>): ChildProcess {
  const args = ['--import', 'tsx', join(ROOT, 'demo/django/serve.ts')];
  return spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function linesUntil(program: ChildProcess, last: RegExp): Promise<string[]> {
  const said: string[] = [];
  program.stderr!.on('data', (chunk) => said.push(String(chunk)));
  for await (const line of createInterface({ input: program.stdout! })) {
    said.push(line);
    if (last.test(line)) return said;
  }
  throw new Error(`the launcher ended: ${said.join('\n')}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
