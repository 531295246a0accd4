import { expect, test } from '@playwright/test';
import { boundaryOf, encode, sizeOf } from '../../src/outbox/encode.js';
import type { Enctype, Field, StoredFile } from '../../src/types.js';

const file = (name: string, type: string, text: string): StoredFile => ({
  name,
  type,
  lastModified: 0,
  bytes: new TextEncoder().encode(text).buffer,
});

async function sent(enctype: Enctype, fields: Field[]): Promise<string> {
  const { body } = encode({ kind: 'form', enctype, fields }, 'BOUNDARY');
  return new Response(body).text();
}

/** https://html.spec.whatwg.org/#constructing-the-form-data-set and WPT's form-submission-0/urlencoded2.window.js. */
const cases: [title: string, field: Field, urlencoded: string, plain: string, multipart: string][] = [
  [
    'LF in a value',
    ['a', 'b\nc'],
    'a=b%0D%0Ac',
    'a=b\r\nc\r\n',
    'Content-Disposition: form-data; name="a"\r\n\r\nb\r\nc',
  ],
  [
    'CR in a value',
    ['a', 'b\rc'],
    'a=b%0D%0Ac',
    'a=b\r\nc\r\n',
    'Content-Disposition: form-data; name="a"\r\n\r\nb\r\nc',
  ],
  [
    'LF CR in a value',
    ['a', 'b\n\rc'],
    'a=b%0D%0A%0D%0Ac',
    'a=b\r\n\r\nc\r\n',
    'Content-Disposition: form-data; name="a"\r\n\r\nb\r\n\r\nc',
  ],
  [
    'CR LF in a name',
    ['a\r\nb', 'c'],
    'a%0D%0Ab=c',
    'a\r\nb=c\r\n',
    'Content-Disposition: form-data; name="a%0D%0Ab"\r\n\r\nc',
  ],
  ['LF in a name', ['a\nb', 'c'], 'a%0D%0Ab=c', 'a\r\nb=c\r\n', 'form-data; name="a%0D%0Ab"\r\n\r\nc'],
  ['a quote in a name', ['a"b', 'c'], 'a%22b=c', 'a"b=c\r\n', 'form-data; name="a%22b"\r\n\r\nc'],
  ['a percent sign in a name', ['a%22', 'c'], 'a%2522=c', 'a%22=c\r\n', 'form-data; name="a%22"\r\n\r\nc'],
  [
    'a lone surrogate',
    ['a\uD800', 'b\uDC00'],
    'a%EF%BF%BD=b%EF%BF%BD',
    'a\uFFFD=b\uFFFD\r\n',
    'form-data; name="a\uFFFD"\r\n\r\nb\uFFFD',
  ],
  ['an emoji', ['a', '🙂'], 'a=%F0%9F%99%82', 'a=🙂\r\n', 'name="a"\r\n\r\n🙂'],
  [
    'a file',
    ['a', file('f.txt', 'text/plain', 'x\ny')],
    'a=f.txt',
    'a=f.txt\r\n',
    'Content-Disposition: form-data; name="a"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nx\ny',
  ],
  [
    'a file without a type, with a quote and a line end in its name',
    ['a', file('f"\n', '', 'x')],
    'a=f%22%0D%0A',
    'a=f"\r\n\r\n',
    'name="a"; filename="f%22%0A"\r\nContent-Type: application/octet-stream\r\n\r\nx',
  ],
  [
    'no file chosen',
    ['a', file('', 'application/octet-stream', '')],
    'a=',
    'a=\r\n',
    'name="a"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
  ],
  [
    'a name of a prototype',
    ['__proto__', '1'],
    '__proto__=1',
    '__proto__=1\r\n',
    'name="__proto__"\r\n\r\n1',
  ],
];

for (const [title, field, urlencoded, plain, multipart] of cases) {
  test(`${title} is encoded as browsers do`, { tag: '@O05' }, async () => {
    expect(await sent('application/x-www-form-urlencoded', [field])).toBe(urlencoded);
    // A Blob and a string alike become UTF-8 when they are sent.
    expect(await sent('text/plain', [field])).toBe(plain);
    const body = await sent('multipart/form-data', [field]);
    expect(body.startsWith('--BOUNDARY\r\nContent-Disposition: form-data; name="')).toBe(true);
    expect(body.endsWith(`${multipart}\r\n--BOUNDARY--\r\n`)).toBe(true);
  });
}

test('fields keep their order, and none is merged with another', { tag: '@O05' }, async () => {
  const fields: Field[] = [
    ['b', '1'],
    ['a', '2'],
    ['b', '1'],
    ['', '3'],
  ];
  expect(await sent('application/x-www-form-urlencoded', fields)).toBe('b=1&a=2&b=1&=3');
});

test('a body of bytes is sent as it is, under its own type', async () => {
  const bytes = new Uint8Array([0, 13, 10, 255]).buffer;
  const { body, contentType } = encode({ kind: 'bytes', contentType: 'x/y; z=1', bytes }, 'unused');
  expect(contentType).toBe('x/y; z=1');
  expect(new Uint8Array(await new Response(body).arrayBuffer())).toEqual(new Uint8Array(bytes));
});

test('the content type carries the boundary of the body, the same each time', () => {
  const boundary = boundaryOf('3f1c5e1a-8a56-4b0e-9a53-0c6e4ce1d6aa');
  expect(boundary).toBe(boundaryOf('3f1c5e1a-8a56-4b0e-9a53-0c6e4ce1d6aa'));
  expect(boundary).not.toBe(boundaryOf('00000000-8a56-4b0e-9a53-0c6e4ce1d6aa'));
  // RFC 2046 §5.1.1: 1 to 70 characters of a small set.
  expect(boundary).toMatch(/^[\w-]{1,70}$/);
  const { contentType } = encode({ kind: 'form', enctype: 'multipart/form-data', fields: [] }, boundary);
  expect(contentType).toBe(`multipart/form-data; boundary=${boundary}`);
});

test('the size of a body counts names, texts and the bytes of files', () => {
  const fields: Field[] = [
    ['ab', 'cde'],
    ['f', file('gh', '', '12345')],
  ];
  expect(sizeOf({ kind: 'form', enctype: 'multipart/form-data', fields })).toBe(5 + 8);
  expect(sizeOf({ kind: 'bytes', contentType: '', bytes: new ArrayBuffer(7) })).toBe(7);
});
