package io.headgate.compatibility.spring;

import java.math.BigDecimal;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.annotation.Id;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;

/** With types of the application's own, which converters store. */
record Customer(@Id Integer id, String name, Address address, Money balance) {

    record Address(String street, String town) {}

    record Money(BigDecimal amount) {}

    interface Customers extends ReactiveCrudRepository<Customer, Integer> {}

    @ReadingConverter
    static final class AddressReader implements Converter<String, Address> {
        @Override
        public Address convert(String stored) {
            int comma = stored.indexOf(',');
            return new Address(stored.substring(0, comma), stored.substring(comma + 1));
        }
    }

    @WritingConverter
    static final class AddressWriter implements Converter<Address, String> {
        @Override
        public String convert(Address address) {
            return address.street() + "," + address.town();
        }
    }

    @ReadingConverter
    static final class MoneyReader implements Converter<BigDecimal, Money> {
        @Override
        public Money convert(BigDecimal stored) {
            return new Money(stored);
        }
    }

    @WritingConverter
    static final class MoneyWriter implements Converter<Money, BigDecimal> {
        @Override
        public BigDecimal convert(Money money) {
            return money.amount();
        }
    }
}
