package io.headgate.samples.music.demo;

/**
 * How much users ask for: what they like, but no more than a share of what the slower service can do on this machine.
 *
 * @param users how many users each service has
 * @param perSecond the requests that they send together
 */
record Load(int users, double perSecond) {

    /** A user thinks for half a second at least, on average. */
    private static final double MOST_PER_USER = 2;

    /** Far from where queues grow. */
    private static final double SHARE = 0.3;

    /** @param saturation requests a second that the slower service can do */
    static Load below(double saturation, int users) {
        return new Load(users, Math.max(1, Math.min(users * MOST_PER_USER, saturation * SHARE)));
    }

    /** What a user thinks between two requests, on average. */
    double thinkSeconds() {
        return users / perSecond;
    }

    /** A part of it, by users who think longer. */
    Load times(double part) {
        return new Load(users, perSecond * part);
    }
}
