package io.headgate.core.driver;

import io.headgate.core.error.ConfigurationException;

/** Refuses settings that only the Netty driver supports, so that other drivers never ignore one silently. */
final class NettyOnlySettings {

    private NettyOnlySettings() {}

    /** See {@link ConnectionSettings#refuseNettyOnlySettings}. */
    static void refuse(String driver, ConnectionSettings settings) {
        if (settings.isUnixSocket()) {
            throw new ConfigurationException("the driver \"" + driver + "\" does not connect to unix sockets, as "
                    + settings.node() + " is; name a host, or use the driver \"netty\"");
        }
        LoginSettings login = settings.login();
        LoginSettings usual = LoginSettings.defaults();
        if (!login.requireAuth().equals(usual.requireAuth())) {
            throw refused(driver, settings, "require_auth");
        }
        if (login.channelBinding() != usual.channelBinding()) {
            throw refused(driver, settings, "channel_binding");
        }
        if (settings.tls().negotiation() != TlsSettings.Negotiation.POSTGRES) {
            throw refused(driver, settings, "sslnegotiation");
        }
    }

    private static ConfigurationException refused(String driver, ConnectionSettings settings, String what) {
        return new ConfigurationException("the driver \"" + driver + "\" cannot keep " + what + ", which is set for "
                + settings.node() + "; leave it out, or use the driver \"netty\"");
    }
}
