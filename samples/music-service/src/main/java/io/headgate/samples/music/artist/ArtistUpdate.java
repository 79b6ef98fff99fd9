package io.headgate.samples.music.artist;

import io.headgate.samples.music.web.PlainText;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** An artist as a client changes it; {@code version} is the version that the client has read. */
public record ArtistUpdate(
        @NotBlank(message = "must not be blank")
        @Size(max = 200, message = "must have at most 200 characters")
        @PlainText
        String name,

        @Pattern(regexp = "[A-Z]{2}", message = "must be a country code of two capital letters") @Nullable
        String country,

        @NotNull(message = "must be the version that you have read") @PositiveOrZero(message = "must not be negative")
        Long version) {}
