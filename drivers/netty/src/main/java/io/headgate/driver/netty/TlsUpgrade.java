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
 * Asks a server for TLS and begins it on the same socket, or goes on without where the settings allow; or begins it without asking,
 * where the settings say so.
 */
final class TlsUpgrade extends ChannelInboundHandlerAdapter {

    private final ConnectionSettings settings;
    private final SslContext context;
    private final Runnable whenReady;
    private final Consumer<Throwable> whenFailed;
    private final boolean direct;
    private boolean over;

    /** One of the two is run once, on the event loop, when this handler has left the pipeline. */
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
            // closed before there was anybody to hear of it
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
            // sent in clear by somebody between, to be taken for what comes encrypted (CVE-2021-23222)
            fail(channel, new IOException("bytes behind the answer to the request for TLS"));
        } else if (answer == 'S') {
            encrypt(channel);
        } else if (answer == 'N' && settings.tls().mode() == TlsSettings.Mode.PREFER) {
            ready(channel);
        } else if (answer == 'N') {
            fail(
                    channel,
                    new ConfigurationException(settings.node() + " takes no TLS and sslmode is "
                            + settings.tls().mode().parameter()
                            + "; switch ssl on at the server, or use sslmode=prefer"));
        } else {
            fail(channel, new IOException("no answer to the request for TLS: " + (char) answer));
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
            // a silent peer, and no fault of the certificates
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
        if (!over) {
            over = true;
            channel.pipeline().remove(this);
            whenReady.run();
        }
    }

    private void fail(ChannelHandlerContext channel, Throwable why) {
        if (!over) {
            over = true;
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
