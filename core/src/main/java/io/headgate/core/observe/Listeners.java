package io.headgate.core.observe;

import java.util.Collection;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Combines the client's listener with the listener in a subscription's Context, and guards listeners that throw. */
public final class Listeners {

    /** No other code can put a listener into the Context: one that is not guarded could break the driver. */
    private static final Object KEY = new Object();

    private static final DataAccessListener UNOBSERVED = new DataAccessListener() {};

    private Listeners() {}

    /**
     * The listeners of a subscription as one listener.
     *
     * @param clients the client's own listener
     */
    public static DataAccessListener of(DataAccessListener clients, ContextView context) {
        DataAccessListener own = own(context);
        return own == UNOBSERVED ? DataAccessListener.NONE : both(clients, own);
    }

    /** The Context of work that no listener gets, such as the validation of a connection. */
    public static Context unobserved(Context context) {
        return context.put(KEY, UNOBSERVED);
    }

    /** A listener that passes calls on. What the given one throws is logged, and the observed work continues. */
    public static DataAccessListener guarded(DataAccessListener listener) {
        return GuardedListener.of(listener);
    }

    /** The listeners as one, which calls each in the order given. Each is {@linkplain #guarded guarded} by itself. */
    public static DataAccessListener all(Collection<? extends DataAccessListener> listeners) {
        DataAccessListener all = DataAccessListener.NONE;
        for (DataAccessListener each : listeners) {
            all = both(all, guarded(each));
        }
        return all;
    }

    /** A Context with one more listener, for the work upstream of it. What the listener throws is logged, and the work continues. */
    public static Context observed(Context context, DataAccessListener listener) {
        return within(context, guarded(listener));
    }

    /** A Context with one more listener. */
    static Context within(Context context, DataAccessListener listener) {
        return context.put(KEY, both(own(context), listener));
    }

    private static DataAccessListener own(ContextView context) {
        DataAccessListener own = context.isEmpty() ? null : context.getOrDefault(KEY, null);
        return own == null ? DataAccessListener.NONE : own;
    }

    private static DataAccessListener both(DataAccessListener first, DataAccessListener second) {
        if (first == DataAccessListener.NONE || second == DataAccessListener.NONE) {
            return first == DataAccessListener.NONE ? second : first;
        }
        return new BothListeners(first, second);
    }
}
