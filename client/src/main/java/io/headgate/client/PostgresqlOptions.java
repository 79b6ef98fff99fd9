package io.headgate.client;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The options of R2DBC PostgreSQL that Headgate does not have, so that its URLs and properties can be reused. Some are not
 * needed here, some are ignored, and some are refused with an alternative because their effect would be missed.
 *
 * @see <a href="https://github.com/pgjdbc/r2dbc-postgresql#getting-started">R2DBC PostgreSQL, options</a>
 */
final class PostgresqlOptions {

    private static final String FOR_THE_ROLE =
            "; a start-up parameter is refused by PgBouncer, or meets server connections that others share. Set it for the"
                    + " role: ALTER ROLE app IN DATABASE music SET ";

    private static final String NO_CLIENT_CERTIFICATES =
            "Headgate has no client certificates; log in by a password, and check the server by sslMode=verify-full and"
                    + " sslRootCert";

    /** Refused options, with the alternative. */
    static final Map<String, String> REFUSED = new LinkedHashMap<>();

    /** Ignored options, with the difference that an application may notice. */
    static final Map<String, String> LEFT_OUT = new LinkedHashMap<>();

    /** Options that are not needed, with the reason. */
    static final Map<String, String> NEEDLESS = new LinkedHashMap<>();

    static {
        REFUSED.put("schema", "the schema is the role's" + FOR_THE_ROLE + "search_path = ...");
        REFUSED.put("currentSchema", "the schema is the role's" + FOR_THE_ROLE + "search_path = ...");
        REFUSED.put("options", "settings of the server are the role's" + FOR_THE_ROLE + "...");
        REFUSED.put("socket", "name the folder of the socket in host, such as /var/run/postgresql, and the port");
        REFUSED.put("sslCert", NO_CLIENT_CERTIFICATES);
        REFUSED.put("sslKey", NO_CLIENT_CERTIFICATES);
        REFUSED.put("sslPassword", NO_CLIENT_CERTIFICATES);
        REFUSED.put("sslContextBuilderCustomizer", "say what is to be checked by sslMode and sslRootCert");
        REFUSED.put("sslHostnameVerifier", "say what is to be checked by sslMode and sslRootCert");

        LEFT_OUT.put(
                "extensions",
                "codecs for R2DBC PostgreSQL are not used; enums are read and bound by their names without, other types of"
                        + " your own as text");
        LEFT_OUT.put("loopResources", "the driver has event loops of its own");
        LEFT_OUT.put("targetServerType", "the one host that is named is used, whatever it is");

        NEEDLESS.put("autodetectExtensions", "there are no extensions");
        NEEDLESS.put("compatibilityMode", "each connection finds out whether a pooler stands between");
        NEEDLESS.put("errorResponseLogLevel", "errors go to the caller");
        NEEDLESS.put("noticeLogLevel", "notices are logged at the level of their severity");
        NEEDLESS.put("forceBinary", "the driver chooses the format");
        NEEDLESS.put("preferAttachedBuffers", "values are copied out of buffers");
        NEEDLESS.put("hostRecheckTime", "there is one host");
        NEEDLESS.put("loadBalanceHosts", "there is one host");
        NEEDLESS.put("sslSni", "the server's name is sent where it is a name");
        NEEDLESS.put("tcpKeepAlive", "it is always on");
        NEEDLESS.put("tcpNoDelay", "it is always on");
    }

    private PostgresqlOptions() {}
}
