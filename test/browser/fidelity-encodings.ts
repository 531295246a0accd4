import { go, multipart, plain, post, type Sample } from './fidelity-sample.js';

const setValue = (value: string): string => `document.querySelector('[data-set]').value = ${value};`;
const setName = (name: string): string => `document.querySelector('[data-set]').name = ${name};`;
const setFiles = (...files: string[]): string => `
  const transfer = new DataTransfer();
  for (const file of [${files.join(', ')}]) transfer.items.add(file);
  document.querySelector('[type=file]').files = transfer.files;`;

const enctypes = [
  ['urlencoded', ''],
  ['multipart', multipart],
  ['text/plain', plain],
] as const;

/** What WPT's html/semantics/forms/form-submission-0 looks at, in each of the three encodings. */
export const inEachEncoding: Sample[] = enctypes.flatMap(([name, enctype]): Sample[] => [
  {
    title: `${name}: plain text, spaces, plus, percent, ampersand, tilde`,
    markup: post(`<input name="a b" value="1 + 1 = 2 & 50% ~*-._!'()">${go}`, enctype),
    sends: 'a',
  },
  {
    title: `${name}: every line end in a value`,
    markup: post(`<textarea name="t" data-set></textarea><input type="hidden" name="h">${go}`, enctype),
    script: `${setValue("'a\\nb\\r\\nc\\rd\\n\\re'")}
      document.querySelector('[name=h]').value = '1\\r2\\n3\\r\\n4\\n\\r5';`,
    sends: name === 'urlencoded' ? 'h=1%0D%0A2%0D%0A3%0D%0A4%0D%0A%0D%0A5' : '1\r\n2\r\n3\r\n4\r\n\r\n5',
  },
  {
    title: `${name}: every line end in a name`,
    markup: post(`<input data-set value="v">${go}`, enctype),
    script: setName("'a\\nb\\r\\nc\\rd'"),
    sends: name === 'text/plain' ? 'a\r\nb\r\nc\r\nd=v' : 'a%0D%0Ab%0D%0Ac%0D%0Ad',
  },
  {
    title: `${name}: lone surrogates and emoji`,
    markup: post(`<input data-set value="é 漢 🙂">${go}<input name="s">`, enctype),
    script: `${setName("'n\\uD800'")} document.querySelector('[name=s]').value = 'x\\uDC00y\\uD83D';`,
    sends: name === 'urlencoded' ? 'n%EF%BF%BD' : 'n\uFFFD',
  },
  {
    title: `${name}: quotes and equals signs in names`,
    markup: post(`<input name='"q"=\\&amp;;' value="v">${go}`, enctype),
    sends: name === 'multipart' ? '%22q%22=\\&;' : 'q',
  },
  {
    title: `${name}: no file chosen`,
    markup: post(`<input type="file" name="none"><input name="after" value="1">${go}`, enctype),
    sends:
      name === 'multipart' ? 'filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n' : 'none=',
  },
  {
    title: `${name}: files with quotes, line ends, emoji and lone surrogates in their names`,
    markup: post(`<input type="file" name="up" multiple>${go}`, enctype),
    script: setFiles(
      `new File(['one\\n'], 'a"b.txt', { type: 'text/plain' })`,
      `new File(['two'], 'a\\nb\\rc\\r\\nd', { type: '' })`,
      `new File(['3'], 'é🙂\\uD800.bin', { type: 'image/png' })`,
    ),
    sends: name === 'multipart' ? 'a%22b.txt' : 'up=a',
  },
  {
    title: `${name}: an empty file, and one that is not text`,
    markup: post(`<input type="file" name="up" multiple>${go}`, enctype),
    script: setFiles(
      `new File([], 'empty.dat')`,
      `new File([new Uint8Array([0, 13, 10, 13, 255, 254, 45, 45])], 'raw', { type: 'X-Odd/Type; p=1' })`,
    ),
    sends: 'empty.dat',
  },
]);
