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
 * The options of a statement, beside its text and parameters. Immutable: every setter returns new options.
 *
 * <p>Each option may be unset. The value of an unset option comes from the statement's comment ({@code HeadgateBuilder.optionComments}),
 * then from its transaction ({@link TransactionOptions#with}), then from the Reactor {@code Context} of the subscription ({@link
 * #inContext}), then from the default that the getter names. Layers call {@link #effective}, which adds the Context's options.
 *
 * <p>Access and consistency choose a node, if the client has several. <b>In this version no layer acts on timeout, priority, idempotent and
 * cache</b>: a statement carries them for
 * the application's own layers. Listeners read the name: {@link io.headgate.core.observe.Operation#statement}.
 *
 * <pre>{@code
 * db.sql("SELECT count(*) FROM play").with(o -> o.name("plays").access(Access.READ).timeout(Duration.ofSeconds(2)))
 * }</pre>
 */
public final class StatementOptions {

    /** Maximum length of a name, in characters. Names appear in metrics and logs. */
    public static final int MAX_NAME_LENGTH = 63;

    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    private static final StatementOptions NONE = new StatementOptions(null, null, null, null, null, null, null);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1," + MAX_NAME_LENGTH + "}");

    private final @Nullable String name;
    private final @Nullable Access access;
    private final @Nullable Consistency consistency;
    private final @Nullable Duration timeout;
    private final @Nullable Priority priority;
    private final @Nullable Boolean idempotent;
    private final @Nullable CachePolicy cache;

    private StatementOptions(
            @Nullable String name,
            @Nullable Access access,
            @Nullable Consistency consistency,
            @Nullable Duration timeout,
            @Nullable Priority priority,
            @Nullable Boolean idempotent,
            @Nullable CachePolicy cache) {
        this.name = name;
        this.access = access;
        this.consistency = consistency;
        this.timeout = timeout;
        this.priority = priority;
        this.idempotent = idempotent;
        this.cache = cache;
    }

    /** Options with none set. */
    public static StatementOptions none() {
        return NONE;
    }

    /**
     * A function for {@code contextWrite} that sets options for all statements upstream of it, such as all of a request. They are added
     * to the options that the Context already has, and take precedence over those.
     *
     * <pre>{@code handler.contextWrite(StatementOptions.inContext(o -> o.priority(Priority.BACKGROUND)))}</pre>
     */
    public static Function<Context, Context> inContext(UnaryOperator<StatementOptions> change) {
        StatementOptions set = Objects.requireNonNull(change.apply(NONE), "the change returned no options");
        return context -> context.put(StatementOptions.class, set.orElse(of(context)));
    }

    /** The options in a Context; {@link #none} if it has none. */
    public static StatementOptions of(ContextView context) {
        StatementOptions set = context.getOrDefault(StatementOptions.class, NONE);
        return set == null ? NONE : set;
    }

    /** The options of a statement that is subscribed to with a Context. The statement's own options take precedence. */
    public static StatementOptions effective(SqlStatement statement, ContextView context) {
        return statement.options().orElse(of(context));
    }

    /**
     * A name for metrics, logs and settings per name; unset by default.
     *
     * @param label 1 to {@value #MAX_NAME_LENGTH} letters, digits, and {@code _ . : -}
     */
    public StatementOptions name(String label) {
        Objects.requireNonNull(label, "label");
        if (!NAME.matcher(label).matches()) {
            throw new IllegalArgumentException("the name \"" + label + "\" of a statement has to be 1 to "
                    + MAX_NAME_LENGTH + " letters, digits, and _ . : -");
        }
        return new StatementOptions(label, access, consistency, timeout, priority, idempotent, cache);
    }

    /** Whether it may write; default {@link Access#AUTO}. */
    public StatementOptions access(Access granted) {
        return new StatementOptions(
                name, Objects.requireNonNull(granted, "granted"), consistency, timeout, priority, idempotent, cache);
    }

    /** The maximum age of the state that it reads; by default the client's setting. */
    public StatementOptions consistency(Consistency atLeast) {
        return new StatementOptions(
                name, access, Objects.requireNonNull(atLeast, "atLeast"), timeout, priority, idempotent, cache);
    }

    /**
     * The maximum duration, waits and repeats included; by default the client's setting. <b>Has no effect in this version</b>: no layer
     * acts on it. To limit a statement, run it in a transaction after {@code SET LOCAL statement_timeout}.
     *
     * @param atMost over 0 to a day
     */
    public StatementOptions timeout(Duration atMost) {
        Objects.requireNonNull(atMost, "atMost");
        if (atMost.isNegative() || atMost.isZero() || atMost.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "the timeout of a statement is " + atMost + "; it must be over 0 and at most " + LONGEST_TIMEOUT);
        }
        return new StatementOptions(name, access, consistency, atMost, priority, idempotent, cache);
    }

    /** Which work is refused first under overload; default {@link Priority#INTERACTIVE}. */
    public StatementOptions priority(Priority level) {
        return new StatementOptions(
                name, access, consistency, timeout, Objects.requireNonNull(level, "level"), idempotent, cache);
    }

    /**
     * Whether running it twice has the same effect as running it once. It may then be repeated when its outcome is unknown. Default false.
     */
    public StatementOptions idempotent(boolean repeatable) {
        return new StatementOptions(name, access, consistency, timeout, priority, repeatable, cache);
    }

    /** Whether its result may come from a cache; default {@link CachePolicy#none()}. */
    public StatementOptions cache(CachePolicy policy) {
        return new StatementOptions(
                name, access, consistency, timeout, priority, idempotent, Objects.requireNonNull(policy, "policy"));
    }

    /** These options; options that are unset here are taken from {@code others}. */
    public StatementOptions orElse(StatementOptions others) {
        if (others.equals(NONE)) {
            return this;
        }
        if (equals(NONE)) {
            return others;
        }
        return new StatementOptions(
                name == null ? others.name : name,
                access == null ? others.access : access,
                consistency == null ? others.consistency : consistency,
                timeout == null ? others.timeout : timeout,
                priority == null ? others.priority : priority,
                idempotent == null ? others.idempotent : idempotent,
                cache == null ? others.cache : cache);
    }

    /** The name, or null. */
    public @Nullable String name() {
        return name;
    }

    /** Whether it may write; {@link Access#AUTO} when unset. */
    public Access access() {
        return access == null ? Access.AUTO : access;
    }

    /** The maximum age of the state that it reads, or null when unset. */
    public @Nullable Consistency consistency() {
        return consistency;
    }

    /** The maximum duration, or null when unset. */
    public @Nullable Duration timeout() {
        return timeout;
    }

    /** Its priority; {@link Priority#INTERACTIVE} when unset. */
    public Priority priority() {
        return priority == null ? Priority.INTERACTIVE : priority;
    }

    /** Whether running it twice has the same effect as running it once; false when unset. */
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
