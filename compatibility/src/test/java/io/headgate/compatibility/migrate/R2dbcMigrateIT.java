package io.headgate.compatibility.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.time.Duration;
import java.util.Map;
import name.nkonev.r2dbc.migrate.core.Dialect;
import name.nkonev.r2dbc.migrate.core.R2dbcMigrate;
import name.nkonev.r2dbc.migrate.core.R2dbcMigrateProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

@EveryTarget
class R2dbcMigrateIT {

    private static final Map<String, String> SCRIPTS = Map.of(
            "V1__create_member.sql",
            "CREATE TABLE member (id serial PRIMARY KEY, name text NOT NULL)",
            "V2__two_members__split.sql",
            "INSERT INTO member (name) VALUES ('Ada');\nINSERT INTO member (name) VALUES ('Кира')",
            "V3__index_and_column.sql",
            "CREATE INDEX member_name ON member (name); ALTER TABLE member ADD COLUMN born date",
            "V4__not_in_a_transaction__nontransactional.sql",
            "CREATE INDEX CONCURRENTLY member_born ON member (born)");

    private final Target target;
    private final ConnectionFactory factory;

    R2dbcMigrateIT(Target target) {
        this.target = target;
        this.factory = target.connectionFactory();
    }

    @BeforeEach
    void dropEverything() {
        target.node().execute("DROP TABLE IF EXISTS member, migrations, migrations_lock");
    }

    private static R2dbcMigrateProperties properties() {
        R2dbcMigrateProperties properties = new R2dbcMigrateProperties();
        properties.setDialect(Dialect.POSTGRESQL);
        properties.setResourcesPath("scripts");
        properties.setPreferDbSpecificLock(false);
        properties.setAcquireLockRetryDelay(Duration.ofMillis(20));
        return properties;
    }

    private Mono<Void> migrate(R2dbcMigrateProperties properties, Map<String, String> scripts) {
        return R2dbcMigrate.migrate(factory, properties, new Migrations(scripts), null, null);
    }

    private String value(String sql) {
        return target.node().queryValue(sql);
    }

    @Test
    void migratesAndDoesItOnce() {
        migrate(properties(), SCRIPTS).block();
        migrate(properties(), SCRIPTS).block();
        assertThat(value("SELECT string_agg(name, ',' ORDER BY id) FROM member"))
                .isEqualTo("Ada,Кира");
        assertThat(value("SELECT string_agg(id::text, ',' ORDER BY id) FROM migrations"))
                .isEqualTo("1,2,3,4");
        assertThat(value("SELECT count(*) FROM pg_indexes WHERE tablename = 'member'"))
                .isEqualTo("3");
        assertThat(value("SELECT locked FROM migrations_lock")).isEqualTo("false");
    }

    @Test
    void aScriptThatFailsLeavesTheLockFreeAndNothingOfItself() {
        Map<String, String> faulty = Map.of(
                "V1__create_member.sql",
                SCRIPTS.get("V1__create_member.sql"),
                "V2__wrong.sql",
                "INSERT INTO member (name) VALUES ('Ada'); INSERT INTO nowhere VALUES (1)");
        assertThatThrownBy(() -> migrate(properties(), faulty).block())
                .hasMessageContaining("relation \"nowhere\" does not exist");
        assertThat(value("SELECT count(*) FROM member")).isEqualTo("0");
        assertThat(value("SELECT locked FROM migrations_lock")).isEqualTo("false");
        migrate(properties(), SCRIPTS).block();
        assertThat(value("SELECT count(*) FROM member")).isEqualTo("2");
    }

    /** With Headgate the guard refuses it, and says so in the log, where r2dbc-migrate says that it waits. */
    @Test
    void theLockOfTheSessionWorksOrSaysWhyNot() {
        R2dbcMigrateProperties properties = properties();
        properties.setPreferDbSpecificLock(true);
        properties.setAcquireLockMaxRetries(3);
        if (!target.isHeadgate()) {
            migrate(properties, SCRIPTS).block();
            assertThat(value("SELECT count(*) FROM member")).isEqualTo("2");
            return;
        }
        Logger guard = (Logger) LoggerFactory.getLogger("io.headgate.pool.guard");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        guard.addAppender(lines);
        ConnectionFactory own = ConnectionFactories.get(target.url("maxConnections=2"));
        try {
            assertThatThrownBy(() -> R2dbcMigrate.migrate(own, properties, new Migrations(SCRIPTS), null, null)
                            .block())
                    .hasRootCauseInstanceOf(io.headgate.core.error.HeadgateException.class)
                    .hasStackTraceContaining(R2dbcPermissionDeniedException.class.getSimpleName());
        } finally {
            guard.detachAppender(lines);
            Mono.from(((io.r2dbc.spi.Closeable) own).close()).block();
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.contains("pg_try_advisory_lock"))
                .singleElement()
                .asString()
                .contains("use pg_advisory_xact_lock");
    }
}
