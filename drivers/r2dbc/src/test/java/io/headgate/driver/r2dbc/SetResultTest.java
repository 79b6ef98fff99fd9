package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.RowMetadata;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SetResultTest {

    @ParameterizedTest
    @CsvSource({
        "INSERT 0 5, 5",
        "UPDATE 12, 12",
        "SELECT 0, 0",
        "COPY 3000000000, 3000000000",
        "CREATE TABLE, 0",
        "BEGIN, 0",
        "'', 0"
    })
    void theCountStandsAtTheEndOfTheTag(String tag, long count) {
        assertThat(new SetResult(List.of(), RowMetadata.of(List.of()), tag, List.of()).count())
                .isEqualTo(count);
    }
}
