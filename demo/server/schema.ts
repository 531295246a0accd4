/** The tables; every statement can be repeated. */
export const schema = `
  create table if not exists settings (
    name text primary key,
    value text not null
  );
  create table if not exists orders (
    id serial primary key,
    customer text not null,
    email text not null,
    coffee text not null,
    size text not null,
    extras text[] not null,
    quantity integer not null,
    wanted date,
    notes text not null,
    owner text not null,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
  );
  create table if not exists attachments (
    id serial primary key,
    order_id integer not null references orders (id),
    caption text not null,
    filename text not null,
    content bytea not null
  );
  create table if not exists effects (
    id serial primary key,
    kind text not null,
    order_id integer not null references orders (id),
    key text unique,
    at timestamptz not null default now()
  );
  create table if not exists idempotency (
    key text primary key,
    fingerprint text not null,
    state text not null check (state in ('running', 'done')),
    claim text not null,
    claimed_at timestamptz not null,
    deliveries integer not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    status integer,
    location text,
    flash text
  );
`;
