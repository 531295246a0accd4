import { go, multipart, plain, post, type Sample } from './fidelity-sample.js';

const set = (value: string): string => `document.querySelector('[data-set]').value = ${value};`;

/** What can be in a field, and forms with little or much in them. */
export const values: Sample[] = [
  {
    title: 'a form with nothing to send, urlencoded',
    markup: post(go),
    sends: '',
  },
  {
    title: 'a form with nothing to send, multipart',
    markup: post(go, multipart),
    sends: '--\r\n',
  },
  {
    title: 'control characters, a byte order mark and spaces of other kinds',
    markup: post(
      `<input type="hidden" name="h" data-set><textarea name="t">\n\n x</textarea>${go}`,
      multipart,
    ),
    script: set("'\\u0000\\u0001\\t\\u000b\\u000c\\u001b\\u007f\\ufeff\\u00a0\\u2028\\u2029'"),
    sends: '\u0000\u0001\t',
  },
  {
    title: 'the same urlencoded',
    markup: post(`<input type="hidden" name="h" data-set>${go}`),
    script: set("'\\u0000\\u0001\\t\\u000b\\u000c\\u001b\\u007f\\ufeff\\u00a0\\u2028\\u2029'"),
    sends: 'h=%00%01%09%0B%0C%1B%7F%EF%BB%BF%C2%A0',
  },
  {
    title: 'a hundred thousand characters, of one to four bytes',
    markup: post(`<textarea name="t" data-set></textarea>${go}`, multipart),
    script: set("'aé漢🙂\\n'.repeat(16_667)"),
    sends: 'name="t"',
  },
  {
    title: 'what looks like a boundary and the end of a part',
    markup: post(`<textarea name="t" data-set></textarea><input name="after" value="1">${go}`, multipart),
    script: set(
      `'--\\r\\n------WebKitFormBoundary--\\r\\nContent-Disposition: form-data; name="x"\\r\\n\\r\\ny'`,
    ),
    sends: 'WebKitFormBoundary--',
  },
  {
    title: 'one name for text, checkbox, option and file, in the order of the tree',
    markup: post(
      `<input name="n" value="1"><input type="checkbox" name="n" value="2" checked>
       <select name="n"><optgroup label="g"><option value="3" selected>c</optgroup></select>
       <input type="file" name="n"><textarea name="n">5</textarea>${go}`,
      multipart,
    ),
    sends: 'filename=""',
  },
  {
    title: 'numbers and empty brackets as names, as PHP and Rails have them',
    markup: post(
      `<input name="0" value="a"><input name="items[]" value="b"><input name="items[]" value="c">
       <input name="order[lines_attributes][1][id]" value="d"><input name="length" value="e">${go}`,
    ),
    sends: '0=a&items%5B%5D=b&items%5B%5D=c',
  },
  {
    title: 'a textarea that wraps hard',
    markup: post(
      `<textarea name="t" cols="10" rows="4" wrap="hard">one two three four five six seven</textarea>${go}`,
    ),
    sends: '%0D%0A',
  },
  {
    title: 'what is read only, hidden from sight, within details or a template',
    markup: post(
      `<input name="ro" value="1" readonly><div hidden><input name="unseen" value="2"></div>
       <details><summary>More</summary><input name="more" value="3"></details>
       <template><input name="no" value="4"></template><input type="reset" name="no"><input type="button" name="no">${go}`,
    ),
    sends: 'ro=1&unseen=2&more=3',
  },
  {
    title: 'options, one without a value and one with spaces, in a list from which none is chosen',
    markup: post(
      `<select name="none" size="3"><option>1</select><select name="text"><option>  two   words  </select>
       <input type="radio" name="r" value="1"><input type="checkbox" name="c">${go}`,
    ),
    sends: 'text=two+words',
  },
  {
    title: 'Django’s token first, Laravel’s in the middle, both in their places',
    markup: post(
      `<input type="hidden" name="csrfmiddlewaretoken" value="tok-1"><input name="a" value="1">
       <input name="b" value="2">${go}`,
    ),
    sends: 'csrfmiddlewaretoken=tok-1&a=1&b=2',
    tag: ['@O05', '@O09'],
  },
  {
    title: 'a token in the middle of a multipart body',
    markup: post(
      `<input name="a" value="1"><input type="hidden" name="_token" value="tok-2"><input name="b" value="2">${go}`,
      multipart,
    ),
    sends: 'name="_token"\r\n\r\ntok-2\r\n',
    tag: ['@O05', '@O09'],
  },
  {
    title: 'equals signs, ampersands and line ends in text/plain, where nothing is escaped',
    markup: post(`<input name="a=b&amp;c" value="d=e&amp;f"><textarea name="t">1\n2</textarea>${go}`, plain),
    sends: 'a=b&c=d=e&f\r\nt=1\r\n2\r\n',
  },
];
