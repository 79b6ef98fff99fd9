package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.headgate.core.RowQuery;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlQuery;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.driver.DriverConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What CONTRIBUTING.md asks of the main sources of all modules, measured: sizes of files, share of public types, Javadoc, null marks,
 * cycles between packages, width of the entry types. The figures are in {@code target/scorecard.txt} after a run.
 */
class ScorecardTest {

    private static final Path ROOT = Path.of("..");

    /** Lines of a file. */
    private static final int LONGEST = 500;

    private static final int MOST_METHODS = 10;

    /** A value that is put together in many ways: what callers use of it is SqlQuery. */
    private static final Map<String, Integer> WIDE = Map.of("SqlStatement", 13);

    private static final Map<String, String> TABLE = Collections.synchronizedMap(new TreeMap<>());

    private static List<Path> sources = List.of();
    private static List<Type> types = List.of();

    /** A type as it is declared in a source. */
    private record Type(Path file, String name, boolean isPublic, boolean isTopLevel, boolean isDocumented) {

        boolean isIn(String module) {
            return file.startsWith(ROOT.resolve(module).resolve("src"));
        }
    }

    @BeforeAll
    static void readSources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/main/java/io/headgate/"))
                    .toList();
        }
        List<Path> ofTypes = sources.stream()
                .filter(file -> !file.endsWith("package-info.java"))
                .toList();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Type> found = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    files,
                    problem -> {},
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjectsFromPaths(ofTypes));
            DocTrees comments = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Declarations(Path.of(unit.getSourceFile().getName()), comments, found).scan(unit, null);
            }
        }
        types = List.copyOf(found);
        assertThat(types).as("the parser has read the sources").hasSizeGreaterThan(ofTypes.size() - 1);
    }

    private static final class Declarations extends TreePathScanner<Void, Void> {

        private final Path file;
        private final DocTrees comments;
        private final List<Type> found;

        Declarations(Path file, DocTrees comments, List<Type> found) {
            this.file = file;
            this.comments = comments;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree tree, Void nothing) {
            TreePath path = getCurrentPath();
            boolean topLevel = path.getParentPath().getLeaf() instanceof CompilationUnitTree;
            boolean declaredPublic = tree.getModifiers().getFlags().contains(javax.lang.model.element.Modifier.PUBLIC);
            found.add(new Type(
                    file,
                    tree.getSimpleName().toString(),
                    declaredPublic,
                    topLevel,
                    comments.getDocComment(path) != null));
            return super.visitClass(tree, null);
        }
    }

    @AfterAll
    static void writeTable() throws IOException {
        int width = TABLE.keySet().stream().mapToInt(String::length).max().orElse(0);
        String table = TABLE.entrySet().stream()
                .map(row -> row.getKey() + " ".repeat(width + 2 - row.getKey().length()) + row.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "scorecard.txt"), table);
    }

    @Test
    void filesAreShort() {
        List<Integer> lengths =
                sources.stream().map(ScorecardTest::lines).sorted().toList();
        Path longest = Collections.max(sources, java.util.Comparator.comparing(ScorecardTest::lines));
        int median = lengths.get(lengths.size() / 2);
        int nineInTen = lengths.get(lengths.size() * 9 / 10);
        int most = lengths.get(lengths.size() - 1);
        TABLE.put("files: number", String.valueOf(lengths.size()));
        TABLE.put("files: longest", most + " lines, " + longest.getFileName());
        TABLE.put("files: median", median + " lines");
        TABLE.put("files: nine in ten", "at most " + nineInTen + " lines");
        assertThat(most).as("lines of " + longest).isLessThanOrEqualTo(LONGEST);
        assertThat(median).as("median of lines").isLessThan(90);
        assertThat(nineInTen).as("lines that nine in ten files have at most").isLessThanOrEqualTo(250);
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void atMostHalfOfTheTypesOfCoreArePublic() {
        for (String module : List.of("core", "pool", "client", "testkit")) {
            List<Type> all = types.stream()
                    .filter(type -> type.isTopLevel() && type.isIn(module))
                    .toList();
            long open = all.stream().filter(Type::isPublic).count();
            TABLE.put("public types: " + module, open + " of " + all.size() + ", " + 100 * open / all.size() + " %");
            if (module.equals("core")) {
                assertThat(2 * open)
                        .as("twice the public types of core, of " + all.size() + " in all")
                        .isLessThanOrEqualTo(all.size());
            }
        }
    }

    @Test
    void everyPublicTypeHasJavadoc() {
        List<Type> open = types.stream().filter(Type::isPublic).toList();
        List<String> bare = open.stream()
                .filter(type -> !type.isDocumented())
                .map(type -> type.name() + " in " + type.file())
                .toList();
        TABLE.put("Javadoc", (open.size() - bare.size()) + " of " + open.size() + " public types");
        assertThat(bare).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<Path> packages = sources.stream().map(Path::getParent).collect(Collectors.toCollection(TreeSet::new));
        List<Path> unmarked = packages.stream()
                .filter(each -> !isNullMarked(each.resolve("package-info.java")))
                .toList();
        TABLE.put("null-marked packages", (packages.size() - unmarked.size()) + " of " + packages.size());
        assertThat(unmarked).isEmpty();
    }

    private static boolean isNullMarked(Path packageInfo) {
        try {
            return Files.exists(packageInfo) && Files.readString(packageInfo).contains("@NullMarked");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void packagesDependOnEachOtherInNoCircle() {
        Set<Set<String>> ofCore = knots("io.headgate.core");
        Set<Set<String>> ofTestkit = knots("io.headgate.testkit");
        TABLE.put("cycles of packages: core", describe(ofCore));
        TABLE.put("cycles of packages: testkit", describe(ofTestkit));
        assertThat(ofCore).isEmpty();
        assertThat(ofTestkit).isEmpty();
    }

    private static String describe(Set<Set<String>> knots) {
        return knots.isEmpty() ? "none" : knots.toString();
    }

    /** Sets of packages that can each be reached from each other. The module's root is a package like any other. */
    private static Set<Set<String>> knots(String root) {
        Map<String, Set<String>> reached = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(root)) {
            Set<String> uses = reached.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getPackageName())
                    .filter(name -> name.equals(root) || name.startsWith(root + "."))
                    .forEach(uses::add);
        }
        assertThat(reached).as("packages of " + root).hasSizeGreaterThan(2);
        for (String through : reached.keySet()) {
            for (Set<String> uses : reached.values()) {
                if (uses.contains(through)) {
                    uses.addAll(reached.getOrDefault(through, Set.of()));
                }
            }
        }
        Set<Set<String>> knots = new java.util.LinkedHashSet<>();
        reached.forEach((name, uses) -> {
            Set<String> knot = uses.stream()
                    .filter(other -> reached.getOrDefault(other, Set.of()).contains(name))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (knot.size() > 1) {
                knots.add(knot);
            }
        });
        return knots;
    }

    @Test
    void entryTypesAreNarrow() {
        Map<String, Integer> wide = new TreeMap<>();
        for (Class<?> type : List.of(
                Headgate.class,
                SqlExecutor.class,
                SqlTransaction.class,
                SqlSession.class,
                SqlStatement.class,
                SqlQuery.class,
                RowQuery.class,
                DriverConnection.class)) {
            long own = Arrays.stream(type.getDeclaredMethods())
                    .filter(ScorecardTest::isOwn)
                    .count();
            long all = Arrays.stream(type.getMethods())
                    .filter(method -> method.getDeclaringClass() != Object.class)
                    .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                    .count();
            TABLE.put("methods: " + type.getSimpleName(), own + " of its own, " + all + " with those it inherits");
            if (own > MOST_METHODS) {
                wide.put(type.getSimpleName(), (int) own);
            }
        }
        assertThat(wide).isEqualTo(WIDE);
    }

    /** What a caller meets that no supertype of ours declares, besides the methods of Object. */
    private static boolean isOwn(Method method) {
        return Modifier.isPublic(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers())
                && !method.isSynthetic()
                && !isDeclaredBy(Object.class, method)
                && Stream.of(method.getDeclaringClass().getInterfaces())
                        .flatMap(each -> Arrays.stream(each.getMethods()))
                        .noneMatch(inherited -> isSame(inherited, method));
    }

    private static boolean isDeclaredBy(Class<?> type, Method method) {
        return Arrays.stream(type.getMethods()).anyMatch(inherited -> isSame(inherited, method));
    }

    private static boolean isSame(Method one, Method other) {
        return one.getName().equals(other.getName())
                && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
    }
}
