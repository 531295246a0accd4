import { expect, test } from '@playwright/test';
import { fieldValue, formsOf, hasPasswordField, metaContent, textOf } from '../../src/lib/html-forms.js';
import { scan } from '../../src/lib/html-scan.js';

const tags = (html: string): string[] =>
  [...scan(html)]
    .filter((token) => token.kind === 'start')
    .map(({ tag, attributes }) =>
      [tag, ...[...attributes].map(([name, value]) => `${name}=${value}`)].join(' '),
    );

/** https://html.spec.whatwg.org/#tokenization */
const tokenizer: [title: string, html: string, expected: string[]][] = [
  ['quotes of both kinds and none', `<a b="1 >" c='2"' d=3/4 e>`, ['a b=1 > c=2" d=3/4 e=']],
  ['upper case, spaces and line ends', '<A\n B \t=\r\n "X" />', ['a b=X']],
  ['of two attributes the first', '<a b=1 B=2>', ['a b=1']],
  [
    'entities',
    '<a b="&lt;&#39;&#x1F642;&amp;amp;&quot;&#0;&#1114112;&nbsp;">',
    ['a b=<\'🙂&amp;"\uFFFD\uFFFD&nbsp;'],
  ],
  ['comments', '<!-- <a> --><b><!--><c><!---><d><!-- --!><e>', ['b', 'c', 'd', 'e']],
  ['a comment that does not end', '<a><!-- <b>', ['a']],
  ['doctype, processing instruction, bogus end', '<!doctype html><?x <a?><b></ <c></>', ['b']],
  ['script and style', '<script>"<a>" </scripty> </SCRIPT ><style><b></style><c>', ['script', 'style', 'c']],
  ['a script that does not end', '<script><a>', ['script']],
  ['textarea and title', '<title><a></title><textarea><b></textarea>', ['title', 'textarea']],
  ['a tag that is cut off', '<a><b c="d', ['a']],
  ['less-than signs that are text', '1 < 2 <3 << <a>', ['a']],
  ['attributes without sense', '<a =b / "c" <d>', ['a =b= "c"= <d=']],
  ['names that objects have', '<a __proto__=1 constructor=2><__proto__>', ['a __proto__=1 constructor=2']],
  ['nothing', '', []],
];

for (const [title, html, expected] of tokenizer) {
  test(`tags are read past ${title}`, () => {
    expect(tags(html)).toEqual(expected);
  });
}

const hostile: [title: string, html: string][] = [
  ['opening signs', '<'.repeat(2_000_000)],
  ['open quotes', '<a b="'.repeat(400_000)],
  ['comment openings', '<!--'.repeat(500_000)],
  ['scripts that do not end', '<script>'.repeat(250_000)],
  ['titles with near ends', '<title></titl'.repeat(150_000)],
  ['attributes', `<a ${'b '.repeat(1_000_000)}`],
  ['spaces', `<a${' '.repeat(2_000_000)}`],
  ['spaces around equals signs', '<a b  =  c   '.repeat(150_000)],
  ['entities', `<a b="${'&#'.repeat(500_000)}">`],
  ['forms and outsiders', '<form id=a><input form=z name=n></form>'.repeat(50_000)],
  ['names', Array.from({ length: 60_000 }, (_, at) => `<input name=n${at}>`).join('')],
];

for (const [title, html] of hostile) {
  test(`a page of nothing but ${title} is read within its limit`, { tag: '@O08' }, () => {
    // Quadratic work over a mebibyte takes minutes, and this test its timeout.
    const forms = formsOf(`<form>${html}`);
    expect(forms[0]?.method).toBe('get');
    expect(hasPasswordField(html)).toBe(false);
    expect(textOf(html).length).toBeLessThanOrEqual(1_048_576);
  });
}

test('what comes after the first mebibyte is not looked at', () => {
  expect(tags(`<a>${' '.repeat(1_048_576)}<b>`)).toEqual(['a']);
});

const passwords: [html: string, expected: boolean][] = [
  ['<input type="password">', true],
  ['<INPUT NAME=p TYPE = PassWord autocomplete="current-password">', true],
  ['<input type="password" autocomplete="new-password">', false],
  ['<input type="text" name="password">', false],
  ['<!-- <input type="password"> -->', false],
  [`<script>const a = '<input type="password">'</script>`, false],
  ['<textarea><input type="password"></textarea>', false],
  ['<template><p><template></template><input type="password"></p></template>', false],
  ['<template></template><input type="password">', true],
];

for (const [html, expected] of passwords) {
  test(`${html} ${expected ? 'asks' : 'does not ask'} for a password`, { tag: '@O07' }, () => {
    expect(hasPasswordField(html)).toBe(expected);
  });
}

test(
  'tokens are found in fields and metas, entities decoded, empty ones passed over',
  { tag: '@O09' },
  () => {
    const html = `<meta name="csrf-token" content=""><meta name=csrf-token content="a&#43;b==">
    <input name="t" value=""><input type=hidden name='t' value='x&amp;y'><input name="t" value="later">`;
    expect(metaContent(html, 'csrf-token')).toBe('a+b==');
    expect(fieldValue(html, 't')).toBe('x&y');
    expect(fieldValue(html, 'other')).toBeUndefined();
    expect(metaContent(html, 't')).toBeUndefined();
  },
);

test('the text of a page is what a person reads', () => {
  const html =
    '<title>No &amp; go</title><meta content="csrf"><p>CSRF<b> failed</b><script>x</script><!-- y -->';
  expect(textOf(html)).toBe('No & go\nCSRF failed');
});

test('forms are read with their controls, outsiders too', () => {
  const [form, search] = formsOf(`
    <input form="o" name="before"><form id=o name="n" action=" /orders/ " method=POST data-resilient="order">
      <input name="a" value="1"><textarea name="t" aria-invalid="true">\nx &lt;</textarea><select name=s><option></select>
      <input type=checkbox name="a"><button name="_save" formaction="/other/">S</button><x-field name=x></x-field>
      <form action="/nested/"><input name="nested"></form><input name="lost">
    <form role="search"><input name="q" class="form-control is-invalid"><input name="else" form="o"></form>`);
  expect(form).toMatchObject({
    action: '/orders/',
    method: 'post',
    id: 'o',
    name: 'n',
    resilientName: 'order',
    buttonActions: ['/other/'],
    complete: true,
  });
  expect([...form!.fields]).toEqual(['a', 't', 's', '_save', 'x', 'nested', 'before', 'else']);
  expect(form!.controls[1]).toEqual({ name: 't', type: 'textarea', value: 'x <', invalid: true });
  expect(search).toMatchObject({ action: '', method: 'get', controls: [{ name: 'q', invalid: true }] });
});

test('a form that is cut off is not complete', () => {
  expect(formsOf('<form><input name="a"><input na')).toMatchObject([
    { complete: false, controls: [{ name: 'a' }] },
  ]);
});
