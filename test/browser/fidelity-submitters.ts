import { multipart, post, type Sample } from './fidelity-sample.js';

const pixel = 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';

/** Who sends the form, and where it stands. */
export const submitters: Sample[] = [
  {
    title: 'an image submitter sends where it was clicked',
    markup: post(
      `<input name="a" value="1"><input type="image" name="pic" src="${pixel}" width="40" height="30" alt="go"><input name="z">`,
    ),
    act: (page) => page.locator('[type=image]').click({ position: { x: 7, y: 11 } }),
    sends: 'a=1&pic.x=7&pic.y=11&z=',
  },
  {
    title: 'an image submitter without a name sends x and y',
    markup: post(`<input type="image" src="${pixel}" width="40" height="30" alt="go">`, multipart),
    act: (page) => page.locator('[type=image]').click({ position: { x: 3, y: 5 } }),
    sends: 'name="x"\r\n\r\n3\r\n',
  },
  {
    title: 'an image submitter used by the keyboard sends zeros',
    markup: post(`<input type="image" name="pic" value="v" src="${pixel}" alt="go">`),
    act: (page) => page.locator('[type=image]').press('Enter'),
    sends: 'pic.x=0&pic.y=0',
  },
  {
    title: 'a submitter without a value sends its name',
    markup: post(`<input name="a" value="1"><button name="go" data-go>Send</button>`),
    sends: 'a=1&go=',
  },
  {
    title: 'an input submitter without a value sends the browser’s own label or none, as the browser does',
    markup: post(`<input name="a" value="1"><input type="submit" name="go" data-go>`),
    sends: 'go=',
  },
  {
    title: 'a submitter without a name sends nothing of itself',
    markup: post(`<input name="a" value="1"><button value="secret" data-go>Send</button>`),
    sends: 'a=1',
  },
  {
    title: 'a submitter in the middle of the tree is sent in its place',
    markup: post(
      `<input name="a" value="1"><button name="go" value="x" data-go>Send</button><input name="b" value="2">`,
    ),
    sends: 'a=1&go=x&b=2',
  },
  {
    title: 'of Django’s three buttons the one clicked is sent',
    markup: post(
      `<input name="title" value="T"><input type="submit" name="_save" value="Save">
       <input type="submit" name="_continue" value="Save and continue" data-go>
       <input type="submit" name="_addanother" value="Save and add another">`,
    ),
    sends: 'title=T&_continue=Save+and+continue',
    tag: ['@O05', '@O06'],
  },
  {
    title: 'Enter in a field sends the default button',
    markup: post(
      `<input name="a" value="1"><button name="b1" value="x">One</button><button name="b2">Two</button>`,
    ),
    act: (page) => page.locator('[name=a]').press('Enter'),
    sends: 'a=1&b1=x',
    tag: ['@O05', '@O06'],
  },
  {
    title: 'a button outside, and other controls outside, with form=',
    markup: `<input form="f" name="before" value="0">${post('<input name="a" value="1">')}
      <button form="f" name="go" value="out" data-go>Send</button><textarea form="f" name="after">2</textarea>`,
    sends: 'before=0&a=1&go=out&after=2',
    tag: ['@O05', '@O06'],
  },
  {
    title: 'formaction, formmethod and formenctype of the submitter win',
    markup: `<form id="f" method="get" action="/elsewhere/" enctype="text/plain"><input name="a" value="1">
      <button name="go" formaction="take/?x=1#part" formmethod="POST" formenctype="Multipart/Form-Data" data-go>Send</button></form>`,
    sends: 'name="go"',
    tag: ['@O05', '@O06'],
  },
  {
    title: 'an empty formaction means the page, an unknown formenctype urlencoded',
    markup: post(
      `<input name="a" value="1"><button formaction="" formenctype="odd" data-go>Send</button>`,
      multipart,
    ),
    sends: 'a=1',
    tag: ['@O05', '@O06'],
  },
  {
    title: 'formnovalidate sends what is not valid',
    markup: post(
      `<input name="a" required><button formnovalidate name="draft" value="1" data-go>Later</button>`,
    ),
    sends: 'a=&draft=1',
    tag: ['@O05', '@O06'],
  },
];
