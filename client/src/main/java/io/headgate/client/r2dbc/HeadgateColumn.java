package io.headgate.client.r2dbc;

import io.headgate.core.RowMetadata;
import io.r2dbc.spi.ColumnMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A column of a result. Nullability is unknown: PostgreSQL does not report it for a result. The native metadata is the id of
 * the type in {@code pg_type}.
 */
final class HeadgateColumn implements ColumnMetadata {

    /** The constant that PostgreSQL adds to a length or precision in a type's modifier (pg_attribute.atttypmod). */
    private static final int HEADER = 4;

    private final RowMetadata columns;
    private final int index;

    HeadgateColumn(RowMetadata columns, int index) {
        this.columns = columns;
        this.index = index;
    }

    @Override
    public String getName() {
        return columns.names().get(index);
    }

    @Override
    public PostgresType getType() {
        return PostgresType.of(columns.typeId(index));
    }

    @Override
    public Class<?> getJavaType() {
        return getType().getJavaType();
    }

    @Override
    public Integer getNativeTypeMetadata() {
        return columns.typeId(index);
    }

    /** Digits of a numeric, characters of a varchar or char, bits of a bit string, as declared; null for none. */
    @Override
    public @Nullable Integer getPrecision() {
        int modifier = columns.typeModifier(index);
        if (modifier < 0) {
            return null;
        }
        return switch (getType().id()) {
            case PostgresType.NUMERIC -> (modifier - HEADER) >> 16 & 0xffff;
            case PostgresType.VARCHAR, PostgresType.BPCHAR -> modifier - HEADER;
            case PostgresType.BIT, PostgresType.VARBIT -> modifier;
            default -> null;
        };
    }

    /** Digits behind the point of a numeric, as declared; null for none. */
    @Override
    public @Nullable Integer getScale() {
        int modifier = columns.typeModifier(index);
        // eleven bits, signed (utils/adt/numeric.c)
        return modifier < 0 || getType().id() != PostgresType.NUMERIC
                ? null
                : ((modifier - HEADER & 0x7ff) ^ 1024) - 1024;
    }

    @Override
    public String toString() {
        return getName() + " " + getType();
    }
}
