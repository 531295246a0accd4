import { go, multipart, plain, post, type Sample } from './fidelity-sample.js';

/** What controls put in, and names that shadow. */
export const controls: Sample[] = [
  {
    title: '_charset_ becomes the encoding',
    markup: post(`<input type="hidden" name="_charset_"><input name="a" value="é">${go}`),
    sends: '_charset_=UTF-8&a=%C3%A9',
  },
  {
    title: 'dirname sends the direction',
    markup: post(
      `<input name="a" dirname="a.dir" dir="auto" value="שלום"><textarea name="b" dirname="b.dir">x</textarea>${go}`,
    ),
    sends: 'a.dir=rtl&b=x&b.dir=ltr',
  },
  {
    title: 'chosen options, checkboxes and radios; nothing of the others',
    markup: post(
      `<select name="m" multiple><option selected>1<option>2<option selected value="">3<option selected disabled>4</select>
       <select name="s"><option value="x" selected>y</select>
       <input type="checkbox" name="c" checked><input type="checkbox" name="c" value="2"><input type="checkbox" name="c" value="3" checked>
       <input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>${go}`,
    ),
    sends: 'm=1&m=&s=x&c=on&c=3&r=2',
  },
  {
    title: 'disabled controls, fieldsets and datalists stay out, a legend’s control does not',
    markup: post(
      `<input name="d" value="no" disabled><fieldset disabled><legend><input name="l" value="yes"></legend>
       <input name="i" value="no"></fieldset><datalist><input name="dl" value="no"></datalist><input value="nameless">
       <output name="o">no</output><object name="ob"></object><input name="" value="no">${go}`,
    ),
    sends: 'l=yes',
  },
  {
    title: 'a form-associated custom element with text, with a file and with entries of its own',
    markup: post(
      `<x-field name="x"></x-field><input name="a" value="1"><x-field name="y"></x-field>${go}`,
      multipart,
    ),
    script: `
      customElements.define('x-field', class extends HTMLElement {
        static formAssociated = true;
        internals = this.attachInternals();
      });
      const [x, y] = document.querySelectorAll('x-field');
      x.internals.setFormValue('one\\ntwo');
      const data = new FormData();
      data.append('own\\n1', 'v');
      data.append('own2', new File(['f'], 'f.txt', { type: 'text/plain' }));
      y.internals.setFormValue(data);`,
    sends: 'name="own%0D%0A1"',
  },
  {
    title: 'a formdata listener adds, changes and takes away',
    markup: post(
      `<input name="a" value="1"><input name="b" value="2"><input name="c" value="3">${go}`,
      multipart,
    ),
    script: `f.addEventListener('formdata', ({ formData }) => {
      formData.append('rich', '<b>x</b>\\n');
      formData.set('a', 'changed\\uD800');
      formData.delete('b');
      formData.append('blob', new Blob(['x'], { type: 'text/html' }));
      formData.append('named', new Blob(['x']), 'n"m');
    });`,
    sends: 'name="blob"; filename="blob"\r\nContent-Type: text/html',
  },
  {
    title: 'controls named as the form’s own properties',
    tag: ['@O05', '@H04'],
    markup: post(
      `${[
        'action',
        'method',
        'enctype',
        'target',
        'elements',
        'attributes',
        'name',
        'id',
        'submit',
        'querySelector',
        'getAttribute',
        'hasAttribute',
      ]
        .map((name) => `<input name="${name}" value="v-${name}">`)
        .join('')}${go}`,
    ),
    // Playwright itself asks the form for its attributes before a click, and gets the control.
    act: async (page) => {
      await page.evaluate("document.querySelector('[data-go]').focus()");
      await page.keyboard.press('Enter');
    },
    sends: 'action=v-action&method=v-method&enctype=v-enctype',
  },
  {
    title: 'elements named as the document’s properties',
    tag: ['@O05', '@H04'],
    markup: `<img name="querySelector" alt=""><img name="URL" alt=""><img name="baseURI" alt=""><form name="characterSet"></form>
      ${post(`<input name="a" value="1">${go}`)}`,
    sends: 'a=1',
  },
  {
    title: 'names that JavaScript objects have',
    markup: post(
      `<input name="__proto__" value="1"><input name="constructor.prototype.x" value="2"><input name="a[__proto__][x]" value="3">${go}`,
    ),
    sends: '__proto__=1&constructor.prototype.x=2',
  },
  {
    title: 'no action at all means the page with its query',
    markup: `<form method="post"><input name="a" value="1"><input type="hidden" name="isindex" value="2">${go}</form>`,
    sends: 'a=1&isindex=2',
  },
  {
    title: 'an action relative to the page’s base',
    markup: `<base href="/deep/er/">
      <form method="POST" action="../take/?q=ü b#part"><input name="a" value="1">${go}</form>`,
    sends: 'a=1',
  },
  {
    title: 'date, number, colour, range and an e-mail that the browser cleans up',
    markup: post(
      `<input type="date" name="d" value="2026-02-30"><input type="number" name="n" value="1e3"><input type="color" name="c" value="#ABCDEF">
       <input type="range" name="r" min="0" max="10" value="99"><input type="email" name="e" value="  a@b.c  "><input type="url" name="u" value=" x
       y ">${go}`,
      'novalidate',
    ),
    sends: 'd=&n=1e3&c=%23abcdef&r=10&e=a%40b.c',
  },
  {
    title: 'a field with nothing in it and a body with nothing in it',
    markup: post(`<input name="a">${go}`, plain),
    sends: 'a=\r\n',
  },
];
