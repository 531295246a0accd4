import type { PostedField } from './types.js';

/** The fields of a form body in the order they arrived; none when it is not a form's. */
export function parseFields(body: Buffer, contentType = ''): PostedField[] {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return [...new URLSearchParams(body.toString('utf8'))];
  if (type === 'text/plain') return parsePlain(body.toString('utf8'));
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  return type === 'multipart/form-data' && boundary ? parseMultipart(body, boundary) : [];
}

function parsePlain(text: string): PostedField[] {
  const lines = text.split('\r\n').filter((line) => line !== '');
  return lines.map((line) => {
    const equals = line.indexOf('=');
    return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
  });
}

function parseMultipart(body: Buffer, boundary: string): PostedField[] {
  const fields: PostedField[] = [];
  const opening = Buffer.from(`--${boundary}\r\n`);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  let start = body.indexOf(opening) + opening.length;
  while (start >= opening.length) {
    const end = body.indexOf(delimiter, start);
    if (end < 0) break;
    const field = parsePart(body.subarray(start, end));
    if (field) fields.push(field);
    const last = body.subarray(end + delimiter.length, end + delimiter.length + 2).toString() === '--';
    if (last) break;
    start = end + delimiter.length + 2;
  }
  return fields;
}

function parsePart(part: Buffer): PostedField | undefined {
  const split = part.indexOf('\r\n\r\n');
  if (split < 0) return undefined;
  const head = part.subarray(0, split).toString('utf8');
  const bytes = part.subarray(split + 4);
  const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  const file = /[;\s]filename="([^"]*)"/i.exec(head)?.[1];
  if (file === undefined) return [unescape(name), bytes.toString('utf8')];
  const type = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? '';
  return [unescape(name), { name: unescape(file), type, bytes: Buffer.from(bytes) }];
}

/** HTML, "multipart/form-data encoding algorithm": these three alone are escaped in names. */
function unescape(name: string): string {
  return name.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%22/g, '"');
}
