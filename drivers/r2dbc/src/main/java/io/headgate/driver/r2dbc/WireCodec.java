package io.headgate.driver.r2dbc;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.codec.ValueDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.message.Format;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Bypasses R2DBC's own codecs, which tie a parameter's type to its Java class and know only some column types. Parameters are sent as
 * {@link ParameterEncoder} encoded them; columns are kept as received.
 */
final class WireCodec implements Codec<Object> {

    static final WireCodec INSTANCE = new WireCodec();

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
        byte[] bytes = ByteBufUtil.getBytes(buffer);
        boolean binary = format == Format.FORMAT_BINARY;
        if (dataType == TypeIds.BYTEA && !binary) {
            // the bytes take half the memory of their text
            return new Cell(dataType, true, (byte[]) ValueDecoder.decode(dataType, false, bytes, 0, bytes.length));
        }
        return new Cell(dataType, binary, bytes);
    }

    @Override
    public EncodedParameter encode(Object value) {
        Parameter parameter = (Parameter) value;
        Format format = parameter.isBinary() ? Format.FORMAT_BINARY : Format.FORMAT_TEXT;
        // on the heap, so that it is garbage-collected: R2DBC PostgreSQL does not release unsent parameters when the
        // connection is lost
        return new EncodedParameter(
                format, parameter.typeId(), Mono.fromSupplier(() -> Unpooled.wrappedBuffer(parameter.bytes())));
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
        return encode(value);
    }

    @Override
    public EncodedParameter encodeNull() {
        return new EncodedParameter(Format.FORMAT_TEXT, TypeIds.UNSPECIFIED, EncodedParameter.NULL_VALUE);
    }
}
