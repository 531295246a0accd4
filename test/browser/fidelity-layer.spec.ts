import type { Page } from '@playwright/test';
import { html, htmlPage } from '../support/answers.js';
import { bundle } from '../support/bundle.js';
import { expect, test, type Site } from '../support/fixtures.js';
import type { Sample } from './fidelity-sample.js';

/* Capture and encoding alone, bundled from src: what would take long, or cannot be seen, through the public surface. */

let layer: string;

test.beforeAll(async () => {
  layer = await bundle('layer', "export * from './forms/capture.js'; export * from './outbox/encode.js';");
});

/** Sends what the browser would have sent, after a round through what storage can hold. */
const replay = `
  addEventListener('submit', async (event) => {
    event.preventDefault();
    const captured = layer.captureSubmission(event.target, event.submitter);
    const fields = structuredClone(await layer.storeFields(captured.formData));
    const body = { kind: 'form', enctype: captured.enctype, fields };
    const encoded = layer.encode(body, layer.boundaryOf('3f1c5e1a-8a56-4b0e-9a53-0c6e4ce1d6aa'));
    const headers = { 'content-type': encoded.contentType };
    await fetch(captured.url, { method: captured.method, body: encoded.body, headers });
  });`;

function serve(site: Site, { markup, script = '' }: Sample): void {
  const own = `<script>{${script}}</script>`;
  site.on('POST', /./, () => ({ status: 204 }));
  site.on('GET', '/layer.js', () => ({
    status: 200,
    headers: { 'content-type': 'text/javascript' },
    body: layer,
  }));
  site.page('/native', htmlPage({ body: markup + own }));
  const scripts = `<script src="/layer.js"></script><script>${replay}</script>`;
  site.page('/replay', htmlPage({ head: scripts, body: markup + own }));
}

async function submit(page: Page, site: Site, path: string, { act }: Sample) {
  const before = site.posts.length;
  await page.goto(`${path}?lang=de`);
  await (act ? act(page) : page.locator('[data-go]').click());
  await site.whenPosts(before + 1);
  const { method, url, headers, body } = site.posts[before]!;
  const contentType = headers['content-type'] ?? '';
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1] ?? '\0';
  return {
    method,
    // The two pages have addresses of their own.
    url: url.replace(path, '/page'),
    contentType: contentType.replace(boundary, 'BOUNDARY'),
    body: body.toString('latin1').replaceAll(boundary, 'BOUNDARY'),
  };
}

test(
  'a file of 20 MB is sent with the bytes that were chosen',
  { tag: ['@O05', '@O16'] },
  async ({ page, site }) => {
    const sample: Sample = {
      title: 'large',
      markup:
        '<form id="f" method="post" enctype="multipart/form-data"><input type="file" name="up"><button data-go>Send</button></form>',
      script: `
      const bytes = new Uint8Array(20_000_000);
      for (let at = 0; at < bytes.length; at += 997) bytes[at] = at % 251;
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'large.bin'));
      document.querySelector('[type=file]').files = transfer.files;`,
      sends: '',
    };
    serve(site, sample);
    const native = await submit(page, site, '/native', sample);
    const replayed = await submit(page, site, '/replay', sample);
    expect(native.body.length).toBeGreaterThan(20_000_000);
    // Compared without a difference to print.
    expect(replayed.body === native.body).toBe(true);
  },
);

const encodings: [title: string, charset: string, attributes: string, utf8: boolean][] = [
  ['a page in UTF-8', 'utf-8', '', true],
  ['a page in windows-1252', 'windows-1252', '', false],
  ['accept-charset in a page in UTF-8', 'utf-8', 'accept-charset="ISO-8859-1"', false],
  ['accept-charset in a page in windows-1252', 'windows-1252', 'accept-charset="utf8"', true],
  ['an unknown encoding before UTF-8', 'windows-1252', 'accept-charset="none, UTF-8"', true],
  ['an unknown encoding alone', 'windows-1252', 'accept-charset="UNKNOWN"', false],
  ['a page in UTF-16', 'utf-16le', '', true],
];

for (const [title, charset, attributes, utf8] of encodings) {
  test(
    `whether a form is sent as UTF-8 is known beforehand: ${title}`,
    { tag: '@O05' },
    async ({ page, site }) => {
      const markup = `<form id="f" method="post" action="/take/" ${attributes}><input name="a" value="&eacute;"><button data-go>Send</button></form>`;
      const text = `<!doctype html><script src="/layer.js" charset="utf-8"></script>${markup}`;
      serve(site, { title, markup, sends: '' });
      site.on('GET', '/encoded', () => ({
        ...html(''),
        headers: { 'content-type': `text/html; charset=${charset}` },
        body: Buffer.from(text, charset === 'utf-16le' ? 'utf16le' : 'latin1'),
      }));
      await page.goto('/encoded');
      const told = await page.evaluate('layer.isUtf8(f)');
      await page.locator('[data-go]').click();
      await site.whenPosts(1);
      expect(site.posts[0]!.body.toString()).toBe(utf8 ? 'a=%C3%A9' : 'a=%E9');
      expect(told).toBe(utf8);
    },
  );
}
