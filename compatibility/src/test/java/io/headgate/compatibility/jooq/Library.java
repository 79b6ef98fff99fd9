package io.headgate.compatibility.jooq;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import io.headgate.compatibility.Target;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Tables and columns as jOOQ takes them. */
final class Library {

    static final Table<Record> AUTHOR = table(name("author"));
    static final Field<Integer> AUTHOR_ID = field(name("author", "id"), SQLDataType.INTEGER);
    static final Field<String> AUTHOR_NAME = field(name("author", "name"), SQLDataType.VARCHAR);

    static final Table<Record> BOOK = table(name("book"));
    static final Field<Integer> BOOK_ID = field(name("book", "id"), SQLDataType.INTEGER);
    static final Field<Integer> BOOK_AUTHOR = field(name("book", "author_id"), SQLDataType.INTEGER);
    static final Field<String> TITLE = field(name("book", "title"), SQLDataType.VARCHAR);
    static final Field<Integer> PAGES = field(name("book", "pages"), SQLDataType.INTEGER);
    static final Field<BigDecimal> PRICE = field(name("book", "price"), SQLDataType.NUMERIC(8, 2));
    static final Field<String> ISBN = field(name("book", "isbn"), SQLDataType.VARCHAR);
    static final Field<String[]> TAGS = field(name("book", "tags"), SQLDataType.CLOB.getArrayDataType());
    static final Field<JSONB> DETAILS = field(name("book", "details"), SQLDataType.JSONB);
    static final Field<LocalDate> PUBLISHED = field(name("book", "published"), SQLDataType.LOCALDATE);

    private Library() {}

    static DSLContext context(Target target) {
        return DSL.using(target.connectionFactory());
    }

    /** Two authors; three books. */
    static void fill(Target target) {
        target.empty("author", "book");
        target.node().execute("INSERT INTO author VALUES (1, 'Orwell'), (2, 'Huxley')");
        target.node()
                .execute("INSERT INTO book (author_id, title, pages, price, isbn, published) VALUES"
                        + " (1, '1984', 328, 9.99, '1', '1949-06-08'), (1, 'Animal Farm', 112, 5.5, '2', '1945-08-17'),"
                        + " (2, 'Brave New World', 268, NULL, '3', '1932-01-01')");
    }

    record Book(int id, String title, int pages) {}
}
