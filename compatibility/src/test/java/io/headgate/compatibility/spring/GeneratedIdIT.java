package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.headgate.compatibility.spring.Ids.Countries;
import io.headgate.compatibility.spring.Ids.Country;
import io.headgate.compatibility.spring.Ids.Device;
import io.headgate.compatibility.spring.Ids.Devices;
import io.headgate.compatibility.spring.Ids.Invoice;
import io.headgate.compatibility.spring.Ids.Invoices;
import io.headgate.compatibility.spring.Ids.LineId;
import io.headgate.compatibility.spring.Ids.OrderLine;
import io.headgate.compatibility.spring.Ids.OrderLines;
import java.math.BigDecimal;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@EveryTarget
class GeneratedIdIT {

    private final Target target;

    GeneratedIdIT(Target target) {
        this.target = target;
    }

    @BeforeEach
    void empty() {
        target.empty("device", "invoice", "country", "order_line");
    }

    @Test
    void takesTheUuidThatTheDatabaseMade() {
        Devices devices = Application.bean(target, Devices.class);
        Device saved = devices.save(new Device(null, "router")).block();
        assertThat(saved.id()).isNotNull();
        assertThat(devices.findById(saved.id()).block()).isEqualTo(saved);
        assertThat(devices.findById(UUID.randomUUID()).blockOptional()).isEmpty();
    }

    @Test
    void takesTheIdentityThatTheDatabaseGave() {
        Invoices invoices = Application.bean(target, Invoices.class);
        assertThat(invoices.saveAll(Flux.range(1, 5).map(i -> new Invoice(null, "no. " + i, new BigDecimal("1.10"))))
                        .map(Invoice::id)
                        .collectList()
                        .block())
                .containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(invoices.findById(5L).block().total()).isEqualByComparingTo("1.10");
    }

    @Test
    void insertsWhatTheApplicationCallsNew() {
        Countries countries = Application.bean(target, Countries.class);
        countries.save(new Country("IT", "Italy").asNew()).block();
        countries.save(new Country("IT", "Italia")).block();
        assertThat(countries.findById("IT").block().name()).isEqualTo("Italia");
        countries
                .save(new Country("IT", "again").asNew())
                .as(StepVerifier::create)
                .verifyError(DuplicateKeyException.class);
    }

    @Test
    void findsAndDeletesByAnIdOfTwoColumns() {
        OrderLines lines = Application.bean(target, OrderLines.class);
        R2dbcEntityTemplate template = Application.bean(target, R2dbcEntityTemplate.class);
        Flux.range(1, 3)
                .concatMap(no -> template.insert(new OrderLine(new LineId(7L, no), "product " + no)))
                .blockLast();
        assertThat(lines.findById(new LineId(7L, 2)).block().product()).isEqualTo("product 2");
        lines.save(new OrderLine(new LineId(7L, 2), "other")).block();
        assertThat(lines.findById(new LineId(7L, 2)).block().product()).isEqualTo("other");
        lines.deleteById(new LineId(7L, 2)).block();
        assertThat(lines.count().block()).isEqualTo(2);
    }
}
