package io.headgate.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.RowMappingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RowMetadataTest {

    @Test
    void findsNamesAsWrittenBeforeAnyOtherCase() {
        RowMetadata columns = RowMetadata.of(List.of("Id", "ID", "title"));
        assertThat(columns.indexOf("ID")).isEqualTo(1);
        assertThat(columns.indexOf("Id")).isZero();
        assertThat(columns.indexOf("id")).isZero();
        assertThat(columns.indexOf("TITLE")).isEqualTo(2);
    }

    @Test
    void takesTheFirstOfColumnsThatShareAName() {
        RowMetadata columns = RowMetadata.of(List.of("id", "id"));
        assertThat(columns.indexOf("id")).isZero();
        assertThat(columns.size()).isEqualTo(2);
    }

    @Test
    void ignoresCaseInEveryLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(new Locale("tr"));
        try {
            assertThat(RowMetadata.of(List.of("TITLE")).indexOf("title")).isZero();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void listsTheColumnsWhenOneIsMissing() {
        RowMetadata columns = RowMetadata.of(List.of("id", "title"));
        assertThat(columns.contains("titel")).isFalse();
        assertThatThrownBy(() -> columns.indexOf("titel"))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("\"titel\"")
                .hasMessageContaining("[id, title]");
    }

    @Test
    void doesNotChangeWithTheListItWasMadeOf() {
        List<String> names = new ArrayList<>(List.of("id"));
        RowMetadata columns = RowMetadata.of(names);
        names.add("title");
        assertThat(columns.names()).containsExactly("id");
        assertThatThrownBy(() -> columns.names().add("x")).isInstanceOf(UnsupportedOperationException.class);
    }
}
