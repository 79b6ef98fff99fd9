package io.headgate.core;

import io.headgate.core.error.RowMappingException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The columns of a result, in order. Names are looked up as written first and without regard to case second; of columns
 * that share a name the first counts.
 */
public final class RowMetadata {

    private static final RowMetadata NONE = new RowMetadata(List.of());

    private final List<String> names;
    private final Map<String, Integer> positions;

    private RowMetadata(List<String> names) {
        this.names = List.copyOf(names);
        this.positions = new HashMap<>(names.size() * 2);
        for (int i = 0; i < names.size(); i++) {
            positions.putIfAbsent(names.get(i), i);
        }
        for (int i = 0; i < names.size(); i++) {
            positions.putIfAbsent(names.get(i).toLowerCase(Locale.ROOT), i);
        }
    }

    /** Metadata of columns with these names. */
    public static RowMetadata of(List<String> names) {
        return names.isEmpty() ? NONE : new RowMetadata(names);
    }

    /** The names in order. */
    public List<String> names() {
        return names;
    }

    /** How many columns there are. */
    public int size() {
        return names.size();
    }

    /** Whether there is a column of this name. */
    public boolean contains(String name) {
        return find(name) >= 0;
    }

    /**
     * The position of a column, from 0.
     *
     * @throws RowMappingException if there is none of this name; the message lists those there are
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
