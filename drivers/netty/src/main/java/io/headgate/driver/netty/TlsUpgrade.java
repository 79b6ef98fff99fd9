package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.TlsSettings;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.error.ConfigurationException;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Requests TLS and begins it on the same socket, or continues in clear text if the settings allow it. With {@code sslnegotiation=direct}
 * it begins TLS without a request.
 */
final class TlsUpgrade extends ChannelInboundHandlerAdapter {

    private final ConnectionSettings settings;
    private final SslContext context;
    private final Runnable whenReady;
    private final Consumer<Throwable> whenFailed;
    private final boolean direct;
    private boolean finished;

    /** Exactly one callback runs, once, on the event loop, after this handler has left the pipeline or has closed the channel. */
    TlsUpgrade(ConnectionSettings settings, SslContext context, Runnable whenReady, Consumer<Throwable> whenFailed) {
        this.settings = settings;
        this.context = context;
        this.whenReady = whenReady;
        this.whenFailed = whenFailed;
        this.direct = settings.tls().negotiation() == TlsSettings.Negotiation.DIRECT;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext channel) {
        if (!channel.channel().isActive()) {
            // the channel was closed before this handler was added
            fail(channel, new IOException("closed by the other side"));
            return;
        }
        if (direct) {
            encrypt(channel);
            return;
        }
        ByteBuf out = channel.alloc().directBuffer(8);
        Frontend.tlsRequest(out);
        var unused = channel.writeAndFlush(out);
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object piece) {
        ByteBuf bytes = (ByteBuf) piece;
        byte answer;
        boolean more;
        try {
            if (!bytes.isReadable()) {
                return;
            }
            answer = bytes.readByte();
            more = bytes.isReadable();
        } finally {
            bytes.release();
        }
        if (more) {
            // an attacker may send clear text that would be taken for encrypted data (CVE-2021-23222)
            fail(channel, new IOException("unexpected bytes after the answer to the TLS request"));
        } else if (answer == 'S') {
            encrypt(channel);
        } else if (answer == 'N' && settings.tls().mode() == TlsSettings.Mode.PREFER) {
            ready(channel);
        } else if (answer == 'N') {
            fail(
                    channel,
                    new ConfigurationException(settings.node() + " does not support TLS, and sslmode is "
                            + settings.tls().mode().parameter()
                            + "; switch ssl on at the server, or use sslmode=prefer"));
        } else {
            fail(channel, new IOException("invalid answer to the TLS request: " + (char) answer));
        }
    }

    private void encrypt(ChannelHandlerContext channel) {
        SslHandler handler = context.newHandler(channel.alloc(), settings.host(), settings.port());
        handler.setHandshakeTimeoutMillis(settings.connectTimeout().toMillis());
        channel.pipeline().addFirst("tls", handler);
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                fail(channel, explained(done.cause()));
                return;
            }
            try {
                Tls.checkProtocol(settings, handler);
                Tls.checkDates(settings.tls(), handler.engine().getSession());
                ready(channel);
            } catch (Exception bad) {
                fail(channel, bad);
            }
        });
    }

    private Throwable explained(Throwable error) {
        if (error instanceof SslHandshakeTimeoutException) {
            // the peer is silent; the certificates are not the cause
            return ConnectErrors.timedOut(settings);
        }
        if (!direct) {
            return error;
        }
        if (error instanceof NotSslRecordException) {
            return ConnectErrors.notTls(settings, error);
        }
        return error instanceof IOException && !(error instanceof SSLException)
                ? ConnectErrors.noDirectTls(settings, error)
                : error;
    }

    private void ready(ChannelHandlerContext channel) {
        if (!finished) {
            finished = true;
            channel.pipeline().remove(this);
            whenReady.run();
        }
    }

    private void fail(ChannelHandlerContext channel, Throwable why) {
        if (!finished) {
            finished = true;
            var unused = channel.close();
            whenFailed.accept(why);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        fail(channel, new IOException("closed by the other side"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        fail(channel, cause);
    }
}
