package io.headgate.core;

import io.headgate.core.error.RowMappingException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a result, in order. A name is looked up first as written, then ignoring case. If several columns have the
 * same name, the first one is found.
 */
public final class RowMetadata {

    private static final RowMetadata NONE = new RowMetadata(List.of(), null, null);

    private final List<String> names;
    private final int @Nullable [] typeIds;
    private final int @Nullable [] typeModifiers;
    private final Map<String, Integer> positions;

    private RowMetadata(List<String> names, int @Nullable [] typeIds, int @Nullable [] typeModifiers) {
        this.names = List.copyOf(names);
        this.typeIds = typeIds;
        this.typeModifiers = typeModifiers;
        this.positions = new HashMap<>(names.size() * 2);
        for (int i = 0; i < names.size(); i++) {
            positions.putIfAbsent(names.get(i), i);
        }
        for (int i = 0; i < names.size(); i++) {
            positions.putIfAbsent(names.get(i).toLowerCase(Locale.ROOT), i);
        }
    }

    /** Metadata of columns with these names and unknown types. */
    public static RowMetadata of(List<String> names) {
        return names.isEmpty() ? NONE : new RowMetadata(names, null, null);
    }

    /**
     * Metadata of columns with these names and types.
     *
     * @param typeIds the id of each column's type in {@code pg_type}
     * @param typeModifiers the modifier of each column's type, such as its length, in PostgreSQL's encoding
     */
    public static RowMetadata of(List<String> names, int[] typeIds, int[] typeModifiers) {
        if (typeIds.length != names.size() || typeModifiers.length != names.size()) {
            throw new IllegalArgumentException(names.size() + " names, " + typeIds.length + " types and "
                    + typeModifiers.length + " modifiers; each column needs one of each");
        }
        return names.isEmpty() ? NONE : new RowMetadata(names, typeIds.clone(), typeModifiers.clone());
    }

    /** The names in order. */
    public List<String> names() {
        return names;
    }

    /** The number of columns. */
    public int size() {
        return names.size();
    }

    /** @throws RowMappingException if there is no column at this position, counted from 0 */
    public void checkIndex(int index) {
        if (index < 0 || index >= names.size()) {
            throw new RowMappingException(
                    "no column at position " + index + "; the result has " + names.size() + ", from 0: " + names);
        }
    }

    /** The id of a column's type in {@code pg_type}, or 0 if it is not known. */
    public int typeId(int index) {
        return typeIds == null ? 0 : typeIds[index];
    }

    /**
     * The modifier of a column's type, encoded as {@code pg_attribute.atttypmod}; -1 if there is none.
     *
     * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-attribute.html">PostgreSQL, pg_attribute</a>
     */
    public int typeModifier(int index) {
        return typeModifiers == null ? -1 : typeModifiers[index];
    }

    /** Whether there is a column of this name. */
    public boolean contains(String name) {
        return find(name) >= 0;
    }

    /**
     * The position of a column, from 0.
     *
     * @throws RowMappingException if no column has this name; the message lists the names of the result
     */
    public int indexOf(String name) {
        int index = find(name);
        if (index < 0) {
            throw new RowMappingException("no column \"" + name + "\" in the result; it has " + names);
        }
        return index;
    }

    private int find(String name) {
        Integer index = positions.get(name);
        if (index == null) {
            index = positions.get(name.toLowerCase(Locale.ROOT));
        }
        return index == null ? -1 : index;
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
