package io.headgate.core;

import static io.headgate.core.RowOf.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.RowMappingException;
import org.junit.jupiter.api.Test;

class SqlRowTest {

    private final SqlRow row = row("id", 7L, "title", null);

    @Test
    void readsByPositionAndByName() {
        assertThat(row.get(0, Integer.class)).isEqualTo(7);
        assertThat(row.get("ID", Integer.class)).isEqualTo(7);
        assertThat(row.get("title", String.class)).isNull();
        assertThat(row.require("id", String.class)).isEqualTo("7");
    }

    @Test
    void namesTheColumnThatIsNullWhereAValueIsRequired() {
        assertThatThrownBy(() -> row.require("title", String.class))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("\"title\" is NULL")
                .hasMessageContaining("java.lang.String");
        assertThatThrownBy(() -> row.require(1, String.class)).isInstanceOf(RowMappingException.class);
    }
}
