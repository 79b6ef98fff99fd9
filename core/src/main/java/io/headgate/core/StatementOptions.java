package io.headgate.core;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What a caller says about a statement beside its text and parameters. Immutable: every setter returns new options.
 *
 * <p>Options may be left unset. What a statement leaves unset is taken from its transaction ({@link TransactionOptions#with}), then
 * from the Reactor {@code Context} of the subscription ({@link #inContext}), then from the defaults that the getters name.
 * {@link #effective} does that, and is what a layer asks.
 *
 * <pre>{@code
 * db.sql("SELECT count(*) FROM play").with(o -> o.name("plays").access(Access.READ).timeout(Duration.ofSeconds(2)))
 * }</pre>
 */
public final class StatementOptions {

    /** Longest name, in characters. Names stand in metrics and logs. */
    public static final int MAX_NAME_LENGTH = 63;

    private static final StatementOptions NONE = new StatementOptions();

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1," + MAX_NAME_LENGTH + "}");

    private @Nullable String name;
    private @Nullable Access access;
    private @Nullable Consistency consistency;
    private @Nullable Duration timeout;
    private @Nullable Priority priority;
    private @Nullable Boolean idempotent;
    private @Nullable CachePolicy cache;

    private StatementOptions() {}

    private StatementOptions(StatementOptions from) {
        name = from.name;
        access = from.access;
        consistency = from.consistency;
        timeout = from.timeout;
        priority = from.priority;
        idempotent = from.idempotent;
        cache = from.cache;
    }

    /** Options of which none is set. */
    public static StatementOptions none() {
        return NONE;
    }

    /**
     * A function for {@code contextWrite} that sets options for everything that is subscribed to above it, such as all of a request.
     * They are added to those that the Context has already, and take precedence over them.
     *
     * <pre>{@code handler.contextWrite(StatementOptions.inContext(o -> o.priority(Priority.BACKGROUND)))}</pre>
     */
    public static Function<Context, Context> inContext(UnaryOperator<StatementOptions> change) {
        StatementOptions set = change.apply(NONE);
        return context -> context.put(StatementOptions.class, set.orElse(of(context)));
    }

    /** The options that a Context has; none if it has none. */
    public static StatementOptions of(ContextView context) {
        StatementOptions set = context.getOrDefault(StatementOptions.class, NONE);
        return set == null ? NONE : set;
    }

    /** The options of a statement that is subscribed to in a Context. What the statement sets takes precedence. */
    public static StatementOptions effective(SqlStatement statement, ContextView context) {
        return statement.options().orElse(of(context));
    }

    /**
     * A name for metrics, logs and settings by name; unset by default.
     *
     * @param label 1 to {@value #MAX_NAME_LENGTH} letters, digits, and {@code _ . : -}
     */
    public StatementOptions name(String label) {
        if (!NAME.matcher(label).matches()) {
            throw new IllegalArgumentException("the name \"" + label + "\" of a statement has to be 1 to "
                    + MAX_NAME_LENGTH + " letters, digits, and _ . : -");
        }
        StatementOptions changed = new StatementOptions(this);
        changed.name = label;
        return changed;
    }

    /** Whether it may write; default {@link Access#AUTO}. */
    public StatementOptions access(Access granted) {
        StatementOptions changed = new StatementOptions(this);
        changed.access = Objects.requireNonNull(granted, "granted");
        return changed;
    }

    /** How old the state may be that it reads; by default what the client is configured with. */
    public StatementOptions consistency(Consistency atLeast) {
        StatementOptions changed = new StatementOptions(this);
        changed.consistency = Objects.requireNonNull(atLeast, "atLeast");
        return changed;
    }

    /**
     * How long it may take, waits and repeats included; by default what the client is configured with.
     *
     * @param atMost positive
     */
    public StatementOptions timeout(Duration atMost) {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new IllegalArgumentException("the timeout of a statement is " + atMost + "; it must be positive");
        }
        StatementOptions changed = new StatementOptions(this);
        changed.timeout = atMost;
        return changed;
    }

    /** Whether it is refused before others when there is too much to do; default {@link Priority#INTERACTIVE}. */
    public StatementOptions priority(Priority of) {
        StatementOptions changed = new StatementOptions(this);
        changed.priority = Objects.requireNonNull(of, "of");
        return changed;
    }

    /**
     * Whether it may be run once more when it is not known whether it has run, because twice has the effect of once; default false.
     */
    public StatementOptions idempotent(boolean repeatable) {
        StatementOptions changed = new StatementOptions(this);
        changed.idempotent = repeatable;
        return changed;
    }

    /** Whether its result may come from a cache; default {@link CachePolicy#none()}. */
    public StatementOptions cache(CachePolicy policy) {
        StatementOptions changed = new StatementOptions(this);
        changed.cache = Objects.requireNonNull(policy, "policy");
        return changed;
    }

    /** These options, with those that are unset here taken from others. */
    public StatementOptions orElse(StatementOptions others) {
        if (others.equals(NONE)) {
            return this;
        }
        if (equals(NONE)) {
            return others;
        }
        StatementOptions merged = new StatementOptions(this);
        merged.name = name == null ? others.name : name;
        merged.access = access == null ? others.access : access;
        merged.consistency = consistency == null ? others.consistency : consistency;
        merged.timeout = timeout == null ? others.timeout : timeout;
        merged.priority = priority == null ? others.priority : priority;
        merged.idempotent = idempotent == null ? others.idempotent : idempotent;
        merged.cache = cache == null ? others.cache : cache;
        return merged;
    }

    /** The name, or null. */
    public @Nullable String name() {
        return name;
    }

    /** Whether it may write; {@link Access#AUTO} when unset. */
    public Access access() {
        return access == null ? Access.AUTO : access;
    }

    /** How old the state may be that it reads, or null when unset. */
    public @Nullable Consistency consistency() {
        return consistency;
    }

    /** How long it may take, or null when unset. */
    public @Nullable Duration timeout() {
        return timeout;
    }

    /** Its priority; {@link Priority#INTERACTIVE} when unset. */
    public Priority priority() {
        return priority == null ? Priority.INTERACTIVE : priority;
    }

    /** Whether twice has the effect of once; false when unset. */
    public boolean isIdempotent() {
        return Boolean.TRUE.equals(idempotent);
    }

    /** Whether its result may come from a cache; {@link CachePolicy#none()} when unset. */
    public CachePolicy cache() {
        return cache == null ? CachePolicy.none() : cache;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof StatementOptions that && isEqualTo(that));
    }

    private boolean isEqualTo(StatementOptions that) {
        return Objects.equals(name, that.name)
                && access == that.access
                && Objects.equals(consistency, that.consistency)
                && Objects.equals(timeout, that.timeout)
                && priority == that.priority
                && Objects.equals(idempotent, that.idempotent)
                && Objects.equals(cache, that.cache);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, access, consistency, timeout, priority, idempotent, cache);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("StatementOptions[");
        String separator = "";
        Object[] values = {name, access, consistency, timeout, priority, idempotent, cache};
        String[] names = {"name", "access", "consistency", "timeout", "priority", "idempotent", "cache"};
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                text.append(separator).append(names[i]).append('=').append(values[i]);
                separator = ", ";
            }
        }
        return text.append(']').toString();
    }
}
