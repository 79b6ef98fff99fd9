package io.headgate.client;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the design that a compiler does not check. */
@AnalyzeClasses(packages = "io.headgate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** Package of each module below {@code io.headgate}, and the modules it may use. */
    private static final java.util.Map<String, Set<String>> MODULES = java.util.Map.of(
            "core", Set.of(),
            "driver", Set.of("core"),
            "pool", Set.of("core"),
            "routing", Set.of("core"),
            "monitoring", Set.of("core", "pool", "routing"),
            "client", Set.of("core", "driver", "pool", "routing"),
            "testkit", Set.of(),
            "testing", Set.of("core"));

    @ArchTest
    static void modulesUseOnlyWhatTheyMay(JavaClasses classes) {
        MODULES.forEach((module, allowed) -> {
            String[] forbidden = MODULES.keySet().stream()
                    .filter(other -> !other.equals(module) && !allowed.contains(other))
                    .map(other -> "io.headgate." + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("io.headgate." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden)
                    .check(classes);
        });
    }

    @ArchTest
    static void everyClassBelongsToAKnownModule(JavaClasses classes) {
        for (JavaClass type : classes) {
            assertThat(MODULES).as(type.getName()).containsKey(moduleOf(type));
        }
        MODULES.keySet()
                .forEach(module -> assertThat(classes)
                        .as("the rules see module " + module)
                        .anyMatch(type -> moduleOf(type).equals(module)));
    }

    /** The rooms of the pool: public for each other alone. */
    private static final Set<String> ROOMS = Set.of(
            "io.headgate.pool.concurrent",
            "io.headgate.pool.connection",
            "io.headgate.pool.lane",
            "io.headgate.pool.lease",
            "io.headgate.pool.statement");

    static boolean isInternal(JavaClass type) {
        return type.getPackageName().matches("io\\.headgate\\..*internal.*") || ROOMS.contains(type.getPackageName());
    }

    @ArchTest
    static final ArchRule NOBODY_REACHES_INTO_ANOTHER_MODULES_INTERNALS = noClasses()
            .should(new ArchCondition<JavaClass>("depend on another module's internal package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    type.getDirectDependenciesFromSelf().stream()
                            .filter(dependency -> isInternal(dependency.getTargetClass()))
                            .filter(dependency ->
                                    !moduleOf(dependency.getTargetClass()).equals(moduleOf(type)))
                            .forEach(dependency ->
                                    events.add(SimpleConditionEvent.satisfied(type, dependency.getDescription())));
                }
            });

    @ArchTest
    static final ArchRule NO_CYCLES_BETWEEN_PACKAGES = slices().matching(
                    "io.headgate.(client|pool|routing|driver|monitoring|testkit).(**)")
            .should()
            .beFreeOfCycles();

    /** The guard is a layer like others: it works over any executor. */
    @ArchTest
    static final ArchRule THE_GUARD_SEES_CORE_ALONE = noClasses()
            .that()
            .resideInAPackage("io.headgate.pool.guard..")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.headgate.pool..", "io.headgate.client..", "io.headgate.driver..")
                            .and(not(resideInAPackage("io.headgate.pool.guard.."))));

    /** A service without Spring loads none of it. */
    @ArchTest
    static final ArchRule ROUTING_NEEDS_SPRING_FOR_THE_WEB_ALONE = noClasses()
            .that()
            .resideInAPackage("io.headgate.routing..")
            .and()
            .resideOutsideOfPackage("io.headgate.routing.web..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "io.headgate.routing.web..");

    private static final DescribedPredicate<JavaAccess<?>> BLOCKING = new DescribedPredicate<>("block") {
        @Override
        public boolean test(JavaAccess<?> access) {
            return access instanceof JavaCall<?>
                    && access.getTargetOwner().getPackageName().startsWith("reactor.core.publisher")
                    && Set.of("block", "blockFirst", "blockLast", "blockOptional", "toIterable", "toStream")
                            .contains(access.getName());
        }
    };

    @ArchTest
    static final ArchRule NOTHING_BLOCKS = noClasses()
            .that()
            .resideOutsideOfPackage("io.headgate.testkit..")
            .should()
            .accessTargetWhere(BLOCKING);

    @ArchTest
    static final ArchRule NO_STATE_IN_THREADS = noClasses()
            .that()
            .resideOutsideOfPackage("io.headgate.testkit..")
            // it limits the depth of the thread's own stack
            .and()
            .doNotHaveSimpleName("Trampoline")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocal.class);

    /** Digits, case and dates then depend on where a service runs: PostgreSQL reads no Arabic digits. */
    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_DEFAULT_LOCALE = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "it formats or folds by the default locale", (JavaCall<?> call) -> isByDefaultLocale(call)))
            .because("the default locale is the machine's; give Locale.ROOT");

    private static final Set<String> BY_LOCALE =
            Set.of("format", "formatted", "printf", "toUpperCase", "toLowerCase", "ofPattern", "toFormatter");

    private static boolean isByDefaultLocale(JavaCall<?> call) {
        return BY_LOCALE.contains(call.getName())
                && call.getTargetOwner().getPackageName().startsWith("java.")
                && !call.getTargetOwner().getSimpleName().equals("Character")
                && call.getTarget().getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Locale.class))
                && !(call.getName().equals("format") && call.getTargetOwner().isAssignableTo(DateTimeFormatter.class));
    }

    /**
     * A class that implements an interface of ours and holds another of it stands in front of that one: each method has to
     * reach it, those with a default too, which no compiler asks for.
     */
    @ArchTest
    static void decoratorsForwardEveryMethod(JavaClasses classes) {
        Set<String> decorators = new TreeSet<>();
        for (JavaClass type : classes) {
            for (JavaClass contract : type.getAllRawInterfaces()) {
                if (contract.getPackageName().startsWith("io.headgate") && holds(type, contract)) {
                    decorators.add(type.getSimpleName());
                    contract.getAllMethods().stream()
                            .filter(method -> !method.getModifiers().contains(JavaModifier.STATIC))
                            // what is built on the others
                            .filter(method -> !method.getName().equals("sql"))
                            .filter(method -> method.getOwner().isInterface())
                            .forEach(method -> assertThat(forwards(type, method))
                                    .as(type.getName() + " forwards " + method.getFullName())
                                    .isTrue());
                }
            }
        }
        assertThat(decorators)
                .contains(
                        "GuardedListener",
                        "PoolCounters",
                        "ForwardingExecutor",
                        "ForwardingSession",
                        "ForwardingTransaction");
    }

    private static boolean holds(JavaClass type, JavaClass contract) {
        return type.getFields().stream()
                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                .anyMatch(field -> field.getRawType().equals(contract));
    }

    private static boolean forwards(JavaClass type, JavaMethod method) {
        return type.getAllMethods().stream()
                .filter(own -> own.getName().equals(method.getName())
                        && own.getRawParameterTypes().equals(method.getRawParameterTypes()))
                .flatMap(own -> own.getMethodCallsFromSelf().stream())
                .anyMatch(call -> call.getName().equals(method.getName())
                        && !call.getTargetOwner().equals(type));
    }

    @ArchTest
    static final ArchRule NOTHING_OF_A_DRIVER_IN_THE_API = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(
                    "io.headgate.core..", "io.headgate.pool..", "io.headgate.routing..", "io.headgate.client..")
            .should()
            .notHaveRawReturnType(JavaClass.Predicates.resideInAPackage("io.vertx.."));

    @ArchTest
    static final ArchRule THE_VERTX_DRIVER_STANDS_ON_PUBLIC_API = noClasses()
            .that()
            .resideInAPackage("io.headgate.driver.vertx..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..", "io.vertx..spi..", "io.netty.channel..");

    private static String moduleOf(JavaClass type) {
        String rest = type.getPackageName().substring("io.headgate.".length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    /** Class names in code font of ARCHITECTURE.md: each has to exist, so that the page stays true. */
    @Test
    void theClassesThatTheArchitecturePageNamesExist() throws IOException {
        Set<String> existing;
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            existing = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
        Set<String> named = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][a-z]*)+)`")
                .matcher(Files.readString(Path.of("..", "ARCHITECTURE.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(existing).containsAll(named);
    }
}
