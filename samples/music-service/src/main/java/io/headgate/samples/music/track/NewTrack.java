package io.headgate.samples.music.track;

import io.headgate.samples.music.web.PlainText;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A track as a client creates one. */
public record NewTrack(
        @NotNull(message = "must be the id of an artist") @Positive(message = "must be the id of an artist")
        Long artistId,

        @NotBlank(message = "must not be blank")
        @Size(max = 300, message = "must have at most 300 characters")
        @PlainText
        String title,

        @NotNull(message = "must be given in seconds")
        @Positive(message = "must be at least 1")
        @Max(value = 86_400, message = "must be at most {value}")
        Integer durationSeconds,

        @Nullable LocalDate releasedOn) {}
