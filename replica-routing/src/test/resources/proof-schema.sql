-- What a text does not show: code behind functions, views, policies, operators, casts, domains and aggregates.
CREATE SCHEMA other
CREATE TABLE sink (a int)
CREATE TABLE t (id int, name text, n numeric, tags text[], doc jsonb, at timestamptz, day date)
CREATE TABLE u (id int, t_id int, note text)
CREATE TABLE "Odd Table" ("Id" int, "from" text, "select" int, "a""b" int)
CREATE TABLE words ("from" int, "select" int, "table" int, "update" int, "delete" int, "into" int, "for" int, "key" int, share int, value int)
CREATE TABLE other.t (id int, name text)
CREATE TABLE parted (id int, region text) PARTITION BY LIST (region)
CREATE TABLE parted_eu PARTITION OF parted FOR VALUES IN ('eu')
CREATE TABLE parent (id int)
CREATE TABLE child (more int) INHERITS (parent)
CREATE TYPE address AS (street text, city text)
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')
CREATE TABLE person (id int, home address, homes address[], feeling mood)
CREATE SEQUENCE s
CREATE UNLOGGED TABLE scratch (id int, name text)
INSERT INTO t SELECT i, 'n' || i, i, ARRAY['a', 'b'], jsonb_build_object('k', i), now(), '2026-01-01' FROM generate_series(1, 5) i
INSERT INTO u SELECT i, i, 'note' FROM generate_series(1, 5) i
INSERT INTO "Odd Table" VALUES (1, 'x', 2, 3)
INSERT INTO words VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
INSERT INTO other.t VALUES (1, 'x')
INSERT INTO parted VALUES (1, 'eu')
INSERT INTO child VALUES (1, 2)
INSERT INTO person VALUES (1, ('a street', 'Paris'), ARRAY[('b', 'Rome')::address], 'ok')
INSERT INTO scratch VALUES (1, 'x')
-- Functions of all volatilities
CREATE FUNCTION pure(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1'
CREATE FUNCTION named(a int, "left" int DEFAULT 2) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a + "left"'
CREATE FUNCTION looks() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM t'
CREATE FUNCTION looks_up(int) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT name FROM t WHERE id = $1); END'
CREATE FUNCTION rows_of(int) RETURNS SETOF t STABLE LANGUAGE sql AS 'SELECT * FROM t WHERE id <= $1'
CREATE FUNCTION table_of(int) RETURNS TABLE (a int, b text) STABLE LANGUAGE sql AS 'SELECT id, name FROM t WHERE id <= $1'
CREATE FUNCTION initials(t) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT left($1.name, 1)'
CREATE FUNCTION "Odd Fn"(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'
CREATE FUNCTION other.elsewhere() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION other.only_there(int) RETURNS int STABLE LANGUAGE sql AS 'SELECT $1'
CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION writes(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES ($1); RETURN $1; END'
CREATE FUNCTION writes_text(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN $1; END'
CREATE FUNCTION writes_rows(int) RETURNS SETOF t LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN QUERY SELECT * FROM t; END'
CREATE FUNCTION "Write"(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES ($1); RETURN $1; END'
CREATE FUNCTION dice() RETURNS int LANGUAGE sql AS 'SELECT 4'
CREATE FUNCTION mixed(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION mixed(text) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION elsewhere() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION reverse(t) RETURNS text LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION touched(t) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION anything(anyelement) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION spread(VARIADIC int[]) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION "merge"(t) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION liar(int) RETURNS int STABLE LANGUAGE sql AS 'SELECT writes($1)'
CREATE FUNCTION costly(int DEFAULT nextval('s')::int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'
CREATE FUNCTION cheap(int DEFAULT 1 + length('x')) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'
CREATE PROCEDURE proc() LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); END'
-- Aggregates: the catalog says that they are immutable, whatever they call
CREATE FUNCTION add(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $2'
CREATE FUNCTION add_and_write(int, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES ($1); RETURN $1 + $2; END'
CREATE AGGREGATE sums(int) (SFUNC = add, STYPE = int, INITCOND = '0')
CREATE AGGREGATE writing_sum(int) (SFUNC = add_and_write, STYPE = int, INITCOND = '0')
CREATE AGGREGATE writing_end(int) (SFUNC = add, STYPE = int, INITCOND = '0', FINALFUNC = writes)
-- Operators
CREATE FUNCTION pairs(t, t) RETURNS bool LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN true; END'
CREATE FUNCTION either(t, t) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true'
CREATE OPERATOR <@@> (LEFTARG = t, RIGHTARG = t, FUNCTION = pairs)
CREATE OPERATOR <##> (LEFTARG = t, RIGHTARG = t, FUNCTION = either)
CREATE OPERATOR <++> (LEFTARG = int, RIGHTARG = int, FUNCTION = add)
CREATE OPERATOR other.<@^> (LEFTARG = t, RIGHTARG = t, FUNCTION = pairs)
CREATE OPERATOR !!! (RIGHTARG = int, FUNCTION = writes)
CREATE OPERATOR <&&> (LEFTARG = t, RIGHTARG = t, FUNCTION = either, NEGATOR = <&!>)
CREATE OPERATOR <&!> (LEFTARG = t, RIGHTARG = t, FUNCTION = pairs, NEGATOR = <&&>)
-- Domains
CREATE FUNCTION admits(int) RETURNS bool LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN true; END'
CREATE DOMAIN positive AS int CHECK (VALUE > 0)
CREATE DOMAIN ticket AS int CHECK (admits(VALUE))
CREATE DOMAIN raffle AS ticket CHECK (VALUE > 0)
CREATE DOMAIN numbered AS int CHECK (VALUE < nextval('s'))
CREATE DOMAIN row_of_t AS t
CREATE FUNCTION framed(row_of_t) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN 1; END'
CREATE FUNCTION takes_ticket(ticket) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END'
CREATE FUNCTION takes_positive(positive) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END'
CREATE TYPE stub AS (no ticket, place text)
CREATE TABLE sold (no ticket)
-- Casts
CREATE TYPE medal AS (grade int)
CREATE TYPE coin AS (cents int)
CREATE FUNCTION to_medal(int) RETURNS medal IMMUTABLE LANGUAGE sql AS 'SELECT ROW($1)::medal'
CREATE FUNCTION to_coin(int) RETURNS coin LANGUAGE plpgsql AS 'BEGIN INSERT INTO sink VALUES (1); RETURN ROW($1); END'
CREATE CAST (int AS medal) WITH FUNCTION to_medal(int)
CREATE CAST (int AS coin) WITH FUNCTION to_coin(int)
-- Views
CREATE VIEW plain AS SELECT id, name, n FROM t WHERE id > 0
CREATE VIEW pure_view AS SELECT pure(id) AS p, name FROM plain
CREATE VIEW writing AS SELECT writes() AS w, id FROM t
CREATE VIEW numbering AS SELECT nextval('s') AS n FROM t
CREATE VIEW on_writing AS SELECT count(*) AS c FROM writing
CREATE VIEW on_on_writing AS SELECT c FROM (SELECT c FROM on_writing) q
CREATE VIEW locking AS SELECT id FROM t FOR UPDATE
CREATE VIEW lazy AS SELECT id FROM t WHERE EXISTS (SELECT FROM writing)
CREATE VIEW casting AS SELECT id::coin AS c FROM t
CREATE VIEW ticketing AS SELECT id::ticket AS no FROM t
CREATE VIEW operating AS SELECT a <@@> b AS x FROM t a, t b
CREATE VIEW touching AS SELECT t.touched AS x FROM t
CREATE VIEW on_scratch AS SELECT id FROM scratch
CREATE MATERIALIZED VIEW stored AS SELECT id, name FROM t
-- Policies
CREATE TABLE guarded (id int)
CREATE POLICY p ON guarded USING (admits(id))
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY
CREATE TABLE guarded_well (id int, owner text)
CREATE POLICY p ON guarded_well USING (id > 0 AND EXISTS (SELECT FROM u WHERE u.id = guarded_well.id))
ALTER TABLE guarded_well ENABLE ROW LEVEL SECURITY
CREATE TABLE guarded_writes (id int)
CREATE POLICY r ON guarded_writes FOR SELECT USING (true)
CREATE POLICY w ON guarded_writes FOR INSERT WITH CHECK (admits(id))
ALTER TABLE guarded_writes ENABLE ROW LEVEL SECURITY
CREATE TABLE guarded_by_view (id int)
CREATE POLICY p ON guarded_by_view USING (id IN (SELECT id FROM writing))
ALTER TABLE guarded_by_view ENABLE ROW LEVEL SECURITY
CREATE TABLE unguarded (id int)
CREATE POLICY p ON unguarded USING (admits(id))
INSERT INTO guarded VALUES (1)
INSERT INTO guarded_well VALUES (1, 'app')
INSERT INTO guarded_writes VALUES (1)
INSERT INTO guarded_by_view VALUES (1)
-- What PostgreSQL demands to be immutable, or runs for writes only
CREATE TABLE computed (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS (a + 1) VIRTUAL, d int DEFAULT writes())
CREATE INDEX ON computed (pure(a))
CREATE FUNCTION on_write() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM writes(); RETURN NEW; END'
CREATE TRIGGER w AFTER INSERT ON u FOR EACH ROW EXECUTE FUNCTION on_write()
CREATE RULE r AS ON UPDATE TO u DO ALSO SELECT writes()
INSERT INTO computed (a, d) VALUES (1, 1)
GRANT USAGE ON SCHEMA other TO app
GRANT ALL ON ALL TABLES IN SCHEMA public, other TO app
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app
