package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.pool.PoolOptionsBuilder;
import io.headgate.routing.RoutingOptionsBuilder;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/configuration.md} name every option, and none that does not exist. */
class ConfigurationDocsTest {

    /** In Spring Boot these are part of {@code spring.r2dbc.url}, have properties of their own, or are given in code. */
    private static final Set<String> NO_PROPERTY =
            Set.of("host", "port", "user", "password", "database", "driver", "protocol", "listener");

    private static final String NONE = "-";

    private final MarkdownPage page;
    private final List<List<String>> options;

    ConfigurationDocsTest() throws IOException {
        page = MarkdownPage.of("docs/configuration.md");
        options = page.rows(6).stream()
                .filter(row -> !row.get(0).equals("builder"))
                .toList();
    }

    private static Stream<String> setters(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.getReturnType() == builder)
                .map(Method::getName);
    }

    private List<String> column(int index) {
        return options.stream()
                .map(row -> row.get(index))
                .filter(cell -> !cell.equals(NONE))
                .map(cell -> {
                    assertThat(cell).matches("`[^`]+`");
                    return cell.substring(1, cell.length() - 1);
                })
                .toList();
    }

    @Test
    void namesEverySetterOfTheBuilders() {
        Set<String> setters = Stream.of(HeadgateBuilder.class, PoolOptionsBuilder.class, RoutingOptionsBuilder.class)
                .flatMap(ConfigurationDocsTest::setters)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(setters).hasSizeGreaterThan(20);
        assertThat(new TreeSet<>(column(0))).isEqualTo(setters);
    }

    @Test
    void namesEveryOptionOfTheUrlOnce() {
        assertThat(column(1)).containsExactlyInAnyOrderElementsOf(FactoryOptions.names());
    }

    @Test
    void namesEveryParameterOfANodesUrlOnce() {
        Throwable refused = catchThrowable(() -> ConnectionSettings.parse("postgresql://app@host/db?nonsense=1"));
        Matcher known = Pattern.compile("known are \\[(.*)]").matcher(refused.getMessage());
        assertThat(known.find()).isTrue();
        assertThat(column(2)).containsExactlyInAnyOrder(known.group(1).split(", "));
    }

    @Test
    void namesSpringsPropertyOfEachOption() {
        for (List<String> row : options) {
            String option = row.get(1).replace("`", "");
            String hyphenated = Pattern.compile("[A-Z]")
                    .matcher(option)
                    .replaceAll(hump -> "-" + hump.group().toLowerCase(Locale.ROOT));
            assertThat(row.get(3))
                    .as(row.toString())
                    .isEqualTo(option.equals(NONE) || NO_PROPERTY.contains(option) ? NONE : "`" + hyphenated + "`");
        }
    }

    @Test
    void namesEveryOptionOfTheOtherDriverAndNoUnknownOne() {
        String section = page.section("Options of R2DBC PostgreSQL");
        List<String> named = MarkdownPage.inCodeFont(section);
        assertThat(named)
                .containsAll(PostgresqlOptions.REFUSED.keySet())
                .containsAll(PostgresqlOptions.LEFT_OUT.keySet())
                .containsAll(PostgresqlOptions.NEEDLESS.keySet());
        for (String name : named) {
            if (name.matches("\\w+") && !PostgresqlOptions.REFUSED.containsKey(name) && !name.equals("host")) {
                assertThatCode(() -> new FactoryOptions(
                                ConnectionFactoryOptions.parse("r2dbc:headgate://app@host/db?" + name + "=1")))
                        .as(name)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void everyRowSaysWhatItsOptionDoes() {
        assertThat(options)
                .allSatisfy(row -> assertThat(row.get(5)).hasSizeGreaterThan(10).endsWith("."));
    }
}
