/** The tables; every statement can be repeated, and two servers may run them at once. */
export const schema = `
  begin;
  select pg_advisory_xact_lock(7311);
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
    key text,
    at timestamptz not null default now()
  );
  create index if not exists effects_order on effects (order_id);
  create table if not exists idempotency (
    key text primary key,
    fingerprint text not null,
    deliveries integer not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    status integer,
    location text,
    flash text
  );
  create index if not exists idempotency_age on idempotency (first_at);
  create table if not exists drafts (
    owner text not null,
    key text not null,
    body text not null,
    etag text not null,
    saved_at timestamptz not null,
    primary key (owner, key)
  );
  create table if not exists audit (
    id text primary key,
    at timestamptz not null,
    event text not null,
    owner text not null,
    cause text not null
  );
  do $$ begin
    -- From the demo's first version: claims that were committed, and keys that could never expire.
    if exists (select 1 from information_schema.columns
        where table_schema = current_schema and table_name = 'idempotency' and column_name = 'claim') then
      delete from idempotency where state = 'running';
      alter table idempotency drop column state, drop column claim, drop column claimed_at;
      alter table effects drop constraint if exists effects_key_key;
    end if;
  end $$;
  commit;
`;
