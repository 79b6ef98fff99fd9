package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The public API of each module against {@code api/<module>.txt}, so that a change of it is seen in review. After a change
 * that is meant, {@code -Dheadgate.api.update=true} writes the files anew.
 */
class ApiSnapshotTest {

    @ParameterizedTest
    @CsvSource({"core", "pool", "routing", "monitoring", "client", "driver", "testkit"})
    void thePublicApiIsTheOneThatWasAgreed(String module) throws IOException {
        String actual = api("io.headgate." + module);
        Path file = Path.of("..", "api", module + ".txt");
        if (Boolean.getBoolean("headgate.api.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertThat(actual).as("public API of " + module + ", see " + file).isEqualTo(Files.readString(file));
    }

    private static String api(String root) {
        TreeSet<String> lines = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(root)) {
            if (!isVisible(type) || ArchitectureTest.isInternal(type)) {
                continue;
            }
            lines.add(describe(type));
            type.getMembers().stream()
                    .filter(ApiSnapshotTest::isVisible)
                    .forEach(member -> lines.add(type.getName() + " " + describe(member)));
        }
        return String.join("\n", lines) + "\n";
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ApiSnapshotTest::isVisible).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return !member.getModifiers().contains(JavaModifier.SYNTHETIC)
                && (member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED));
    }

    /** With type parameters, generic types and supertypes: what a caller compiles against. */
    private static String describe(JavaClass type) {
        Class<?> declared = type.reflect();
        List<String> supertypes = new ArrayList<>();
        Type superclass = declared.getGenericSuperclass();
        if (superclass != null && superclass != Object.class) {
            supertypes.add(superclass.getTypeName());
        }
        Stream.of(declared.getGenericInterfaces())
                .map(Type::getTypeName)
                .sorted()
                .forEach(supertypes::add);
        return type.getName() + " (" + declared.toGenericString().replaceFirst("^public ", "") + ")"
                + (supertypes.isEmpty() ? "" : " : " + String.join(", ", supertypes));
    }

    private static String describe(JavaMember member) {
        Member declared = member.reflect();
        String text = declared instanceof Executable executable
                ? executable.toGenericString()
                : ((Field) declared).toGenericString();
        return text.replace(member.getOwner().getName() + ".", "");
    }
}
