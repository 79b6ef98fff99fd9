package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatementShapesTest {

    private final StatementShapes shapes = new StatementShapes();

    @Test
    void tellsNamesApart() {
        StatementShape unnamed = shapes.create(name(""), 0);
        StatementShape one = shapes.create(name("0000001"), 0);
        StatementShape other = shapes.create(name("0000010"), 0);
        assertThat(shapes.find(name(""), 0)).isSameAs(unnamed);
        assertThat(shapes.find(name("0000001"), 0)).isSameAs(one);
        assertThat(shapes.find(name("0000010"), 0)).isSameAs(other);
        assertThat(shapes.find(name("1"), 0)).isNull();
    }

    @Test
    void replacesAndForgets() {
        StatementShape old = shapes.create(name("A"), 0);
        StatementShape renewed = shapes.create(name("A"), 0);
        assertThat(shapes.find(name("A"), 0)).isSameAs(renewed).isNotSameAs(old);
        shapes.remove(name("A"), 0);
        assertThat(shapes.find(name("A"), 0)).isNull();
    }

    @Test
    void refusesNamesThatDoNotFitALong() {
        assertThat(shapes.find(name("12345678"), 0)).isNull();
        assertThatThrownBy(() -> shapes.find(name("123456789"), 0)).isInstanceOf(IllegalStateException.class);
    }

    private static ByteBuf name(String name) {
        return Unpooled.copiedBuffer(name + "\0", StandardCharsets.US_ASCII);
    }
}
