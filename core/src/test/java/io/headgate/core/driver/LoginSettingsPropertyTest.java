package io.headgate.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.LoginSettings.ChannelBinding;
import io.headgate.core.driver.LoginSettings.Method;
import io.headgate.core.driver.LoginSettings.ProtocolVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Any values of libpq's parameters are read as libpq reads them, or are an error that names the parameter. */
class LoginSettingsPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 1_000_000 : 20_000;
    private static final Map<String, Method> METHODS = Map.of(
            "password", Method.PASSWORD,
            "md5", Method.MD5,
            "scram-sha-256", Method.SCRAM_SHA_256,
            "none", Method.NONE);
    private static final List<String> ELSEWHERE = List.of("gss", "sspi", "oauth");
    private static final List<String> WRONG =
            List.of("", " ", "md5 ", "MD5", "!", "!!md5", "scram_sha_256", "3.1", "prefer,require", "ä", "\0");
    private static final Map<String, ChannelBinding> BINDINGS = Map.of(
            "disable", ChannelBinding.DISABLE, "prefer", ChannelBinding.PREFER, "require", ChannelBinding.REQUIRE);
    private static final Map<String, ProtocolVersion> VERSIONS =
            Map.of("3.0", ProtocolVersion.V3_0, "3.2", ProtocolVersion.V3_2, "latest", ProtocolVersion.V3_2);

    private final Random random = new Random(SEED);

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private @Nullable String word(Map<String, ?> known) {
        List<String> words = new ArrayList<>(new java.util.TreeSet<>(known.keySet()));
        return switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> oneOf(WRONG);
            default -> oneOf(words);
        };
    }

    private @Nullable String methods() {
        if (random.nextInt(10) == 0) {
            return null;
        }
        boolean negated = random.nextBoolean();
        List<String> parts = new ArrayList<>();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            List<String> from =
                    random.nextInt(20) == 0 ? WRONG : random.nextInt(6) == 0 ? ELSEWHERE : new ArrayList<>();
            String name = from.isEmpty() ? oneOf(List.of("password", "md5", "scram-sha-256", "none")) : oneOf(from);
            parts.add((negated != (random.nextInt(30) == 0) ? "!" : "") + name);
        }
        return String.join(",", parts);
    }

    /** What libpq's manual says of the text; null where it is no list. */
    private static @Nullable Set<Method> accepted(String text) {
        List<String> parts = Arrays.asList(text.split(",", -1));
        Map<String, Integer> named = new HashMap<>();
        for (String part : parts) {
            named.merge(part.startsWith("!") ? part.substring(1) : part, 1, Integer::sum);
        }
        long negated = parts.stream().filter(part -> part.startsWith("!")).count();
        boolean known = named.keySet().stream().allMatch(name -> METHODS.containsKey(name) || ELSEWHERE.contains(name));
        boolean once = METHODS.keySet().stream().allMatch(name -> named.getOrDefault(name, 0) < 2);
        if (!known || !once || (negated > 0 && negated < parts.size())) {
            return null;
        }
        Set<Method> accepted = new HashSet<>();
        METHODS.forEach((name, method) -> {
            if (named.containsKey(name) == (negated == 0)) {
                accepted.add(method);
            }
        });
        return accepted;
    }

    @Test
    void anyValuesAreReadAsTheirModelSaysOrRefusedByName() {
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String methods = methods();
            String binding = word(BINDINGS);
            String version = word(VERSIONS);
            Set<Method> accepted = methods == null ? Set.of(Method.values()) : accepted(methods);
            ChannelBinding bound = binding == null ? ChannelBinding.PREFER : BINDINGS.get(binding);
            ProtocolVersion newest = version == null ? ProtocolVersion.V3_0 : VERSIONS.get(version);
            Set<String> wrong = new HashSet<>();
            boolean leavesOut = accepted != null
                    && (accepted.isEmpty()
                            || (bound == ChannelBinding.REQUIRE && !accepted.contains(Method.SCRAM_SHA_256)));
            if (accepted == null || leavesOut) {
                wrong.add("require_auth");
            }
            if (bound == null) {
                wrong.add("channel_binding");
            }
            if (newest == null) {
                wrong.add("max_protocol_version");
            }
            String given = "seed " + SEED + ", round " + round + ": " + methods + " | " + binding + " | " + version;
            try {
                LoginSettings settings = LoginSettings.parse(methods, binding, version);
                assertThat(wrong).as(given).isEmpty();
                assertThat(settings).as(given).isEqualTo(new LoginSettings(accepted, bound, newest));
                read++;
            } catch (IllegalArgumentException refused) {
                assertThat(wrong).as(given).isNotEmpty();
                assertThat(wrong)
                        .as(given + ": " + refused.getMessage())
                        .anyMatch(name -> refused.getMessage().contains(name));
            } catch (RuntimeException other) {
                throw new AssertionError(given, other);
            }
        }
        assertThat(read).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
    }

    @Test
    void methodsAreReadFromTheirOwnNames() {
        for (Method method : Method.values()) {
            assertThat(LoginSettings.parse(method.parameter(), null, null).requireAuth())
                    .containsExactly(method);
        }
        for (ProtocolVersion version : ProtocolVersion.values()) {
            assertThat(LoginSettings.parse(null, null, version.parameter()).maxProtocolVersion())
                    .isEqualTo(version);
        }
    }
}
