import type { FormEntry, FormFile } from './body.js';
import { field, fieldAll } from './body.js';
import type { Queryable } from './database.js';

export const COFFEES = ['Harbour blend', 'Lighthouse espresso', 'Driftwood decaf'] as const;
export const SIZES = ['250 g', '500 g', '1 kg'] as const;
export const EXTRAS = ['Gift wrap', 'Ground for filter', 'Tasting card'] as const;
/** Orders of more bags need a note: a rule only the server knows, to show its validation. */
export const NOTE_FROM = 20;

/** An order as it stands in the form: everything is text until it is valid. */
export interface OrderForm {
  customer: string;
  email: string;
  coffee: string;
  size: string;
  extras: string[];
  quantity: string;
  wanted: string;
  notes: string;
}

export type OrderErrors = Partial<Record<keyof OrderForm, string>>;

export interface Order extends OrderForm {
  id: number;
  owner: string;
}

export function emptyOrder(): OrderForm {
  const [coffee] = COFFEES;
  const [size] = SIZES;
  return { customer: '', email: '', coffee, size, extras: [], quantity: '1', wanted: '', notes: '' };
}

export function readOrder(entries: FormEntry[]): OrderForm {
  const text = (name: string) => field(entries, name).trim();
  return {
    customer: text('customer'),
    email: text('email'),
    coffee: text('coffee'),
    size: text('size'),
    extras: fieldAll(entries, 'extras'),
    quantity: text('quantity'),
    wanted: text('wanted'),
    notes: field(entries, 'notes').replaceAll('\r\n', '\n').trim(),
  };
}

/** What is wrong with an order, by field; an empty object when nothing is. */
export function validateOrder(order: OrderForm, today = new Date().toISOString().slice(0, 10)): OrderErrors {
  const errors: OrderErrors = {};
  const isOneOf = (list: readonly string[], value: string) => list.includes(value);
  if (!order.customer || order.customer.length > 80) errors.customer = 'Enter a name of up to 80 characters.';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(order.email) || order.email.length > 200) {
    errors.email = 'Enter an e-mail address, such as ada@example.org.';
  }
  if (!isOneOf(COFFEES, order.coffee)) errors.coffee = 'Choose a coffee.';
  if (!isOneOf(SIZES, order.size)) errors.size = 'Choose a size.';
  if (!order.extras.every((extra) => isOneOf(EXTRAS, extra)))
    errors.extras = 'Choose from the extras listed.';
  const quantity = /^\d{1,2}$/.test(order.quantity) ? Number(order.quantity) : 0;
  if (quantity < 1) errors.quantity = 'Enter a number from 1 to 99.';
  if (order.wanted && !isDate(order.wanted)) errors.wanted = 'Enter a date.';
  else if (order.wanted && order.wanted < today) errors.wanted = 'Choose today or a later day.';
  if (order.notes.length > 2000) errors.notes = 'Keep the note under 2,000 characters.';
  else if (quantity >= NOTE_FROM && !order.notes) {
    errors.notes = `For ${NOTE_FROM} bags or more, tell us where to bring them.`;
  }
  return errors;
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const COLUMNS = ['customer', 'email', 'coffee', 'size', 'extras', 'quantity', 'wanted', 'notes'] as const;

function columnValues(order: OrderForm): unknown[] {
  return COLUMNS.map((column) => (column === 'wanted' ? order.wanted || null : order[column]));
}

export async function insertOrder(tx: Queryable, order: OrderForm, owner: string): Promise<number> {
  const text = `insert into orders (${COLUMNS.join(', ')}, owner)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`;
  const { rows } = await tx.query<{ id: number }>(text, [...columnValues(order), owner]);
  const [row] = rows;
  if (!row) throw new Error('the order was not inserted');
  return row.id;
}

/** Returns whether there is such an order. */
export async function updateOrder(tx: Queryable, id: number, order: OrderForm): Promise<boolean> {
  const assignments = COLUMNS.map((column, index) => `${column} = $${index + 2}`).join(', ');
  const text = `update orders set ${assignments}, changed_at = now() where id = $1`;
  const { rowCount } = await tx.query(text, [id, ...columnValues(order)]);
  return rowCount === 1;
}

export async function findOrder(database: Queryable, id: number): Promise<Order | null> {
  const text = `select id, owner, customer, email, coffee, size, extras, quantity::text,
    coalesce(wanted::text, '') as wanted, notes from orders where id = $1`;
  const { rows } = await database.query<Order>(text, [id]);
  return rows[0] ?? null;
}

/** Returns whether there is such an order. */
export async function attachFile(
  tx: Queryable,
  id: number,
  caption: string,
  file: FormFile,
): Promise<boolean> {
  const text = `insert into attachments (order_id, caption, filename, content)
    select id, $2, $3, $4 from orders where id = $1`;
  const { rowCount } = await tx.query(text, [id, caption, file.filename, file.bytes]);
  return rowCount === 1;
}

export interface Attachment {
  caption: string;
  filename: string;
  size: number;
}

export async function listAttachments(database: Queryable, id: number): Promise<Attachment[]> {
  const text = `select caption, filename, length(content) as size from attachments where order_id = $1 order by id`;
  return (await database.query<Attachment>(text, [id])).rows;
}

/** What an order is called among the reads. */
export function orderName(id: number): string {
  return `order ${id}`;
}

/** The order's number in a path, or `null` when it cannot be one. */
export function orderId(text: string): number | null {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
