package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.r2dbc.postgresql.codec.Json;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.annotation.Id;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;
import org.springframework.data.r2dbc.convert.MappingR2dbcConverter;
import org.springframework.data.r2dbc.convert.R2dbcCustomConversions;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.r2dbc.dialect.PostgresDialect;
import org.springframework.data.r2dbc.mapping.R2dbcMappingContext;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.query.Query;
import org.springframework.r2dbc.core.DatabaseClient;

/** Entities with jsonb columns by the converters that are usual with R2DBC PostgreSQL, to and from its {@code Json}. */
@EveryTarget
class JsonColumnIT {

    private final Target target;
    private final R2dbcEntityTemplate template;

    JsonColumnIT(Target target) {
        this.target = target;
        R2dbcCustomConversions conversions =
                R2dbcCustomConversions.of(PostgresDialect.INSTANCE, List.of(new DetailsReader(), new DetailsWriter()));
        R2dbcMappingContext mapping = new R2dbcMappingContext();
        mapping.setSimpleTypeHolder(conversions.getSimpleTypeHolder());
        template = new R2dbcEntityTemplate(
                DatabaseClient.create(target.connectionFactory()),
                PostgresDialect.INSTANCE,
                new MappingR2dbcConverter(mapping, conversions));
    }

    record Details(String text) {}

    @ReadingConverter
    static final class DetailsReader implements Converter<Json, Details> {
        @Override
        public Details convert(Json json) {
            return new Details(json.asString());
        }
    }

    @WritingConverter
    static final class DetailsWriter implements Converter<Details, Json> {
        @Override
        public Json convert(Details details) {
            return Json.of(details.text());
        }
    }

    @Table("document")
    record Document(@Id Long id, Details details, Json raw) {}

    @BeforeEach
    void empty() {
        target.empty("document");
    }

    @Test
    void comeBackAsTheyWereSaved() {
        Document saved = template.insert(new Document(null, new Details("{\"a\": 1}"), Json.of("[1]")))
                .block();
        Document read = template.selectOne(Query.empty(), Document.class).block();
        assertThat(read.id()).isEqualTo(saved.id());
        assertThat(read.details()).isEqualTo(new Details("{\"a\": 1}"));
        assertThat(read.raw().asString()).isEqualTo("[1]");
    }
}
