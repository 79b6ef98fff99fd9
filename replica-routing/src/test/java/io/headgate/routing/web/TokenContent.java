package io.headgate.routing.web;

import io.headgate.routing.ConsistencySession;
import io.headgate.routing.SessionTokens;
import java.util.Arrays;
import java.util.Base64;

/** What a token says, without the time at which it was written. */
final class TokenContent {

    private static final int TIME = 2;
    private static final int TIME_END = TIME + Long.BYTES;
    private static final int SIGNATURE = 16;

    private TokenContent() {}

    static String of(ConsistencySession session, SessionTokens tokens) {
        byte[] bytes = Base64.getUrlDecoder().decode(tokens.write(session));
        Arrays.fill(bytes, TIME, TIME_END, (byte) 0);
        return Arrays.toString(Arrays.copyOf(bytes, bytes.length - SIGNATURE));
    }
}
