package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.headgate.compatibility.spring.Customer.Address;
import io.headgate.compatibility.spring.Customer.Customers;
import io.headgate.compatibility.spring.Customer.Money;
import java.math.BigDecimal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Types of the application's own, by converters that the application registers. */
@EveryTarget
class ConverterIT {

    private final Target target;
    private final Customers customers;

    ConverterIT(Target target) {
        this.target = target;
        this.customers = Application.bean(target, Customers.class);
    }

    @BeforeEach
    void empty() {
        target.empty("customer");
    }

    @Test
    void writesAndReadsTypesOfItsOwn() {
        Customer saved = customers
                .save(new Customer(null, "Ada", new Address("Main St 1", "Bath"), new Money(new BigDecimal("12.50"))))
                .block();
        assertThat(customers.findById(saved.id()).block()).isEqualTo(saved);
        assertThat(target.node().queryValue("SELECT address || '|' || balance FROM customer"))
                .isEqualTo("Main St 1,Bath|12.50");
    }

    @Test
    void leavesNullToItself() {
        Customer saved = customers.save(new Customer(null, "Bob", null, null)).block();
        assertThat(customers.findById(saved.id()).block()).isEqualTo(saved);
    }
}
