package io.headgate.compatibility.spring;

import java.math.BigDecimal;
import java.util.UUID;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Transient;
import org.springframework.data.domain.Persistable;
import org.springframework.data.relational.core.mapping.Embedded;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;

/** Entities by where their ids come from. */
final class Ids {

    private Ids() {}

    /** The database makes the UUID. */
    record Device(@Id UUID id, String label) {}

    interface Devices extends ReactiveCrudRepository<Device, UUID> {}

    /** An identity column that takes no value from outside. */
    record Invoice(@Id Long id, String number, BigDecimal total) {}

    interface Invoices extends ReactiveCrudRepository<Invoice, Long> {}

    /** The application gives the id, and says what is new. */
    @Table("country")
    static final class Country implements Persistable<String> {
        @Id
        private final String code;

        private final String name;

        @Transient
        private boolean fresh;

        Country(String code, String name) {
            this.code = code;
            this.name = name;
        }

        Country asNew() {
            fresh = true;
            return this;
        }

        @Override
        public String getId() {
            return code;
        }

        @Override
        public boolean isNew() {
            return fresh;
        }

        String name() {
            return name;
        }
    }

    interface Countries extends ReactiveCrudRepository<Country, String> {}

    /** An id of two columns. */
    @Table("order_line")
    record OrderLine(@Id @Embedded.Nullable LineId id, String product) {}

    record LineId(Long orderId, Integer lineNo) {}

    interface OrderLines extends ReactiveCrudRepository<OrderLine, LineId> {}
}
