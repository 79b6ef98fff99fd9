package io.headgate.samples.music.artist;

import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;

/**
 * A row of {@code artist}.
 *
 * @param id null until it is stored
 * @param name unique
 * @param country ISO 3166 code of two letters, if known
 * @param version counts changes, for optimistic locking; null until it is stored
 */
public record Artist(
        @Id @Nullable Long id,
        String name,
        @Nullable String country,
        @Version @Nullable Long version) {}
