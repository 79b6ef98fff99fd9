package io.headgate.driver.r2dbc;

import io.headgate.core.codec.ByteaText;
import io.headgate.core.codec.TypeIds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.message.Format;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Takes values past R2DBC's own codecs, which tie a parameter's type to its Java class and know only some types of columns:
 * parameters are sent as {@link ParameterEncoder} wrote them, columns are kept as they arrive.
 */
final class WireCodec implements Codec<Object> {

    static final WireCodec INSTANCE = new WireCodec();

    /** The server finds the type out by the place of the parameter. */
    private static final int UNSPECIFIED = 0;

    private WireCodec() {}

    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
        return type == Cell.class;
    }

    @Override
    public boolean canEncode(Object value) {
        return value instanceof Parameter;
    }

    @Override
    public boolean canEncodeNull(Class<?> type) {
        return type == Parameter.class;
    }

    @Override
    public @Nullable Object decode(
            @Nullable ByteBuf buffer, int dataType, Format format, Class<? extends Object> type) {
        if (buffer == null) {
            return null;
        }
        if (dataType == TypeIds.BYTEA) {
            return new Cell(dataType, ByteaText.decode(buffer.nioBuffer()));
        }
        return new Cell(dataType, buffer.toString(StandardCharsets.UTF_8));
    }

    @Override
    public EncodedParameter encode(Object value) {
        Parameter parameter = (Parameter) value;
        Format format = parameter.content() instanceof byte[] ? Format.FORMAT_BINARY : Format.FORMAT_TEXT;
        return new EncodedParameter(format, parameter.typeId(), Mono.fromSupplier(() -> bytes(parameter.content())));
    }

    /** On the heap, for the collector: R2DBC PostgreSQL does not release what it could not send when the connection is lost. */
    private static ByteBuf bytes(Object content) {
        return Unpooled.wrappedBuffer(
                content instanceof byte[] bytes ? bytes : ((String) content).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
        return encode(value);
    }

    @Override
    public EncodedParameter encodeNull() {
        return new EncodedParameter(Format.FORMAT_TEXT, UNSPECIFIED, EncodedParameter.NULL_VALUE);
    }
}
