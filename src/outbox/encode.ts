import type { Body, Field } from '../types.js';

export interface Encoded {
  body: Blob | string;
  /** Goes into the `Content-Type` header as it is, boundary included. */
  contentType: string;
}

/**
 * The bytes the browser itself would have sent for this body.
 * https://html.spec.whatwg.org/#form-submission-algorithm, https://html.spec.whatwg.org/#multipart-form-data
 *
 * @example
 * const { body, contentType } = encode(submission.body, boundaryOf(submission.id));
 */
export function encode(body: Body, boundary: string): Encoded {
  if (body.kind === 'bytes') return { body: new Blob([body.bytes]), contentType: body.contentType };
  const { enctype, fields } = body;
  if (enctype === 'multipart/form-data') {
    return { body: multipart(fields, boundary), contentType: `${enctype}; boundary=${boundary}` };
  }
  if (enctype === 'text/plain') return { body: plain(fields), contentType: enctype };
  return { body: new URLSearchParams(pairs(fields)).toString(), contentType: enctype };
}

/**
 * The boundary of a submission, the same at each attempt: a server's fingerprint of an idempotent request may be
 * byte-exact (draft-ietf-httpapi-idempotency-key-header, section 2.4).
 */
export const boundaryOf = (id: string): string => `----ResilientForms${id.replaceAll(/[^\w]/g, '')}`;

/** Bytes of the body, near enough for people and limits; encodes and copies nothing. */
export function sizeOf(body: Body): number {
  if (body.kind === 'bytes') return body.bytes.byteLength;
  let size = 0;
  for (const [name, value] of body.fields) {
    size +=
      name.length + (typeof value === 'string' ? value.length : value.name.length + value.bytes.byteLength);
  }
  return size;
}

const crlf = (text: string): string => text.replaceAll(/\r\n|\r|\n/g, '\r\n');

/** Outside multipart a file is its name. */
const pairs = (fields: readonly Field[]): [string, string][] =>
  fields.map(([name, value]) => [crlf(name), crlf(typeof value === 'string' ? value : value.name)]);

const plain = (fields: readonly Field[]): string =>
  pairs(fields)
    .map(([name, value]) => `${name}=${value}\r\n`)
    .join('');

const escaped = (text: string): string =>
  text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');

/** Files are parts of the Blob, never copied; strings become UTF-8, lone surrogates U+FFFD, as Blob defines. */
function multipart(fields: readonly Field[], boundary: string): Blob {
  const parts: BlobPart[] = [];
  for (const [name, value] of fields) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(crlf(name))}"`;
    if (typeof value === 'string') {
      parts.push(`${head}\r\n\r\n${crlf(value)}\r\n`);
    } else {
      // A file's name is escaped but its line ends are not normalised.
      const type = value.type === '' ? 'application/octet-stream' : value.type;
      parts.push(
        `${head}; filename="${escaped(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`,
        value.bytes,
        '\r\n',
      );
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return new Blob(parts);
}
