-- The ICU root collation sorts and folds case for every script, whatever the database's own locale is.
CREATE TABLE artist (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text COLLATE "und-x-icu" NOT NULL CONSTRAINT artist_name_unique UNIQUE,
    country char(2),
    version bigint NOT NULL DEFAULT 0
);

CREATE TABLE track (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    artist_id        bigint NOT NULL REFERENCES artist,
    title            text COLLATE "und-x-icu" NOT NULL,
    duration_seconds int NOT NULL CHECK (duration_seconds > 0),
    released_on      date,
    play_count       bigint NOT NULL DEFAULT 0,
    CONSTRAINT track_of_artist_unique UNIQUE (artist_id, title)
);

-- The order of pages and cursors.
CREATE INDEX track_by_title ON track (title, id);
CREATE INDEX track_by_plays ON track (play_count DESC, id);

CREATE TABLE play (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    track_id  bigint NOT NULL REFERENCES track,
    played_at timestamptz NOT NULL
);

CREATE INDEX play_of_track ON play (track_id);
