package io.headgate.client.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.RowMetadata;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadgateColumnTest {

    private static HeadgateColumn column(int typeId, int modifier) {
        return new HeadgateColumn(RowMetadata.of(List.of("c"), new int[] {typeId}, new int[] {modifier}), 0);
    }

    @Test
    void readsWhatATypeWasDeclaredWith() {
        // numeric(10,2), numeric(3,-2) and varchar(40), as pg_attribute.atttypmod has them
        assertThat(column(1700, 655366).getPrecision()).isEqualTo(10);
        assertThat(column(1700, 655366).getScale()).isEqualTo(2);
        assertThat(column(1700, (3 << 16 | 0x7fe) + 4).getScale()).isEqualTo(-2);
        assertThat(column(1043, 44).getPrecision()).isEqualTo(40);
        assertThat(column(1043, -1).getPrecision()).isNull();
        assertThat(column(23, -1).getScale()).isNull();
    }

    @Test
    void namesTypesThatAreNotBuiltInByTheirId() {
        assertThat(column(16_999, -1).getType().getName()).isEqualTo("type 16999");
        assertThat(column(16_999, -1).getJavaType()).isEqualTo(String.class);
        HeadgateColumn unknown = new HeadgateColumn(RowMetadata.of(List.of("c")), 0);
        assertThat(unknown.getType().getName()).isEqualTo("unknown");
        assertThat(unknown.getJavaType()).isEqualTo(Object.class);
        assertThat(unknown.getPrecision()).isNull();
    }
}
