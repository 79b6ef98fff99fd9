package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.headgate.compatibility.spring.Everything.Mood;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EveryTarget
class EntityTypesIT {

    private static final Instant INSTANT = Instant.parse("2026-11-21T10:15:30.123456Z");
    private static final UUID ID = UUID.fromString("a8098c1a-f86e-11da-bd1a-00112444be1e");

    private final Target target;
    private final Everything.Repository repository;

    EntityTypesIT(Target target) {
        this.target = target;
        this.repository = Application.bean(target, Everything.Repository.class);
    }

    @BeforeEach
    void empty() {
        target.empty("everything");
    }

    private static Everything full() {
        return new Everything(
                null,
                "grüße, \"世界\" 🌍",
                Mood.HAPPY,
                true,
                Short.MIN_VALUE,
                Integer.MAX_VALUE,
                Long.MIN_VALUE,
                new BigDecimal("12345678901234567890.123456789"),
                Math.PI,
                1.5f,
                INSTANT,
                INSTANT.atOffset(ZoneOffset.UTC),
                LocalDate.of(2024, 2, 29),
                LocalDateTime.of(1999, 12, 31, 23, 59, 59, 999_999_000),
                LocalTime.of(1, 2, 3),
                ID,
                new byte[] {0, 1, -1, 127},
                ByteBuffer.wrap(new byte[] {9, 8, 7}),
                List.of("a", "b,c", "\"d\""),
                new int[] {1, -2, 3},
                new UUID[] {ID});
    }

    @Test
    void everyTypeComesBackAsItWasSaved() {
        Integer id = repository.save(full()).block().id();
        Everything found = repository.findById(id).block();
        assertThat(found)
                .usingRecursiveComparison()
                .ignoringFields("id", "aBuffer")
                .isEqualTo(full());
        assertThat(found.aBuffer()).isEqualTo(ByteBuffer.wrap(new byte[] {9, 8, 7}));
    }

    @Test
    void everyTypeMayBeNull() {
        Integer id = repository.save(Everything.nothing()).block().id();
        assertThat(repository.findById(id).block())
                .usingRecursiveComparison()
                .ignoringFields("id")
                .isEqualTo(Everything.nothing());
    }

    @Test
    void updatesValuesToNullAndBack() {
        Everything saved = repository.save(full()).block();
        Everything without = Everything.nothing();
        repository.save(withId(without, saved.id())).block();
        assertThat(repository.findById(saved.id()).block().aUuid()).isNull();
        repository.save(withId(full(), saved.id())).block();
        assertThat(repository.findById(saved.id()).block().tags()).containsExactly("a", "b,c", "\"d\"");
    }

    private static Everything withId(Everything e, Integer id) {
        return new Everything(
                id,
                e.aString(),
                e.anEnum(),
                e.aBoolean(),
                e.aShort(),
                e.anInt(),
                e.aLong(),
                e.aDecimal(),
                e.aDouble(),
                e.aFloat(),
                e.anInstant(),
                e.anOffsetDateTime(),
                e.aLocalDate(),
                e.aLocalDateTime(),
                e.aLocalTime(),
                e.aUuid(),
                e.someBytes(),
                e.aBuffer(),
                e.tags(),
                e.numbers(),
                e.ids());
    }

    @Test
    void findsByEnum() {
        repository.save(full()).block();
        assertThat(repository.findByAnEnum(Mood.HAPPY).count().block()).isEqualTo(1);
        assertThat(repository.findByAnEnum(Mood.SAD).count().block()).isZero();
    }

    @Test
    void findsByTime() {
        repository.save(full()).block();
        assertThat(repository
                        .findByAnInstantAfter(INSTANT.minusSeconds(1))
                        .count()
                        .block())
                .isEqualTo(1);
        assertThat(repository.findByAnInstantAfter(INSTANT).count().block()).isZero();
        assertThat(repository
                        .findByaLocalDateBetween(LocalDate.of(2024, 2, 1), LocalDate.of(2024, 3, 1))
                        .count()
                        .block())
                .isEqualTo(1);
    }

    @Test
    void findsByNumberAndUuid() {
        repository.save(full()).block();
        assertThat(repository.findByaDecimalGreaterThan(BigDecimal.TEN).count().block())
                .isEqualTo(1);
        assertThat(repository.findByaUuid(ID).count().block()).isEqualTo(1);
    }

    @Test
    void savesEmptyArraysAndBytes() {
        Everything e = new Everything(
                null,
                "",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                OffsetDateTime.of(2026, 1, 1, 2, 0, 0, 0, ZoneOffset.ofHours(2)),
                null,
                null,
                null,
                null,
                new byte[0],
                null,
                List.of(),
                new int[0],
                new UUID[0]);
        Everything found = repository.findById(repository.save(e).block().id()).block();
        assertThat(found.aString()).isEmpty();
        assertThat(found.someBytes()).isEmpty();
        assertThat(found.tags()).isEmpty();
        assertThat(found.numbers()).isEmpty();
        assertThat(found.anOffsetDateTime().toInstant()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void savesALargeText() {
        String large = "0123456789".repeat(200_000);
        Everything e = new Everything(
                null,
                large,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                large.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                null,
                null,
                null,
                null);
        Everything found = repository.findById(repository.save(e).block().id()).block();
        assertThat(found.aString()).isEqualTo(large);
        assertThat(found.someBytes()).hasSize(2_000_000);
    }
}
