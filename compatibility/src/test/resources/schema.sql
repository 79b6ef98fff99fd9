CREATE TYPE mood AS ENUM ('HAPPY', 'SAD');

CREATE TABLE person (
  id serial PRIMARY KEY,
  name text NOT NULL,
  age int NOT NULL CHECK (age >= 0),
  email text UNIQUE,
  city text,
  active boolean NOT NULL DEFAULT true
);

CREATE TABLE device (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), label text NOT NULL);

CREATE TABLE invoice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number text NOT NULL,
  total numeric(12, 2) NOT NULL
);

CREATE TABLE country (code text PRIMARY KEY, name text NOT NULL);

CREATE TABLE order_line (
  order_id bigint NOT NULL,
  line_no int NOT NULL,
  product text NOT NULL,
  PRIMARY KEY (order_id, line_no)
);

CREATE TABLE article (
  id bigserial PRIMARY KEY,
  title text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz,
  updated_at timestamptz,
  created_by text
);

CREATE TABLE document (
  id bigserial PRIMARY KEY,
  details jsonb,
  raw json
);

CREATE TABLE everything (
  id serial PRIMARY KEY,
  a_string text,
  an_enum text,
  a_boolean boolean,
  a_short smallint,
  an_int int,
  a_long bigint,
  a_decimal numeric,
  a_double double precision,
  a_float real,
  an_instant timestamptz,
  an_offset_date_time timestamptz,
  a_local_date date,
  a_local_date_time timestamp,
  a_local_time time,
  a_uuid uuid,
  some_bytes bytea,
  a_buffer bytea,
  tags text[],
  numbers int[],
  ids uuid[]
);

CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL, address text, balance numeric, preferences jsonb, mood mood);

CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL CHECK (balance >= 0));

CREATE TABLE audit_entry (id serial PRIMARY KEY, message text NOT NULL);

CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL);

CREATE TABLE book (
  id serial PRIMARY KEY,
  author_id int NOT NULL REFERENCES author,
  title text NOT NULL,
  pages int NOT NULL,
  price numeric(8, 2),
  isbn text UNIQUE,
  tags text[] NOT NULL DEFAULT '{}',
  details jsonb,
  published date
);

CREATE TABLE secret (id int);

CREATE TABLE shedlock (
  name varchar(64) PRIMARY KEY,
  lock_until timestamptz(3) NOT NULL,
  locked_at timestamptz(3) NOT NULL,
  locked_by varchar(255) NOT NULL
);

GRANT ALL ON ALL TABLES IN SCHEMA public TO app;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app;
REVOKE ALL ON secret FROM app;
