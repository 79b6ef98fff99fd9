package io.headgate.compatibility.spring;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Column;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import reactor.core.publisher.Flux;

/** One property of each type that entities have. */
@SuppressWarnings("ArrayRecordComponent") // as entities have them
record Everything(
        @Id Integer id,
        @Column("a_string") String aString,
        @Column("an_enum") Mood anEnum,
        @Column("a_boolean") Boolean aBoolean,
        @Column("a_short") Short aShort,
        @Column("an_int") Integer anInt,
        @Column("a_long") Long aLong,
        @Column("a_decimal") BigDecimal aDecimal,
        @Column("a_double") Double aDouble,
        @Column("a_float") Float aFloat,
        @Column("an_instant") Instant anInstant,
        @Column("an_offset_date_time") OffsetDateTime anOffsetDateTime,
        @Column("a_local_date") LocalDate aLocalDate,
        @Column("a_local_date_time") LocalDateTime aLocalDateTime,
        @Column("a_local_time") LocalTime aLocalTime,
        @Column("a_uuid") UUID aUuid,
        byte[] someBytes,
        @Column("a_buffer") ByteBuffer aBuffer,
        List<String> tags,
        int[] numbers,
        UUID[] ids) {

    enum Mood {
        HAPPY,
        SAD
    }

    interface Repository extends ReactiveCrudRepository<Everything, Integer> {
        Flux<Everything> findByAnEnum(Mood mood);

        Flux<Everything> findByAnInstantAfter(Instant instant);

        Flux<Everything> findByaLocalDateBetween(LocalDate from, LocalDate to);

        Flux<Everything> findByaDecimalGreaterThan(BigDecimal decimal);

        Flux<Everything> findByaUuid(UUID uuid);
    }

    static Everything nothing() {
        return new Everything(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null);
    }
}
