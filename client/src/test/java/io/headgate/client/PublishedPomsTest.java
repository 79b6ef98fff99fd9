package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Maven Central asks of a POM, and the name that each jar has as a module. */
class PublishedPomsTest {

    private static final Pattern MANAGED = Pattern.compile("<artifactId>(headgate-[a-z0-9-]+)</artifactId>");
    private static final Pattern VERSION = Pattern.compile("<[a-z0-9-]+\\.version>[^<]+</[a-z0-9-]+\\.version>");
    private static final Pattern MODULE_NAME =
            Pattern.compile("<automatic.module.name>([a-z0-9.]+)</automatic.module.name>");

    private static String pom(String folder) throws IOException {
        return Files.readString(MarkdownPage.ROOT.resolve(folder).resolve("pom.xml"));
    }

    @Test
    void haveWhatMavenCentralAsksFor() throws IOException {
        // the bill of materials has no parent
        for (String folder : List.of(".", "bom")) {
            assertThat(pom(folder))
                    .as(folder)
                    .contains("<name>", "<description>", "<url>", "<license>", "<developer>", "<scm", "<connection>");
        }
    }

    @Test
    void theBillOfMaterialsManagesTheVersionsOfTheBuild() throws IOException {
        Matcher managed = VERSION.matcher(pom("bom").split("</properties>", 2)[0]);
        int checked = 0;
        while (managed.find()) {
            checked++;
            assertThat(pom(".")).contains(managed.group());
        }
        assertThat(checked).isGreaterThanOrEqualTo(4);
        assertThat(pom("bom")).contains("<artifactId>r2dbc-postgresql</artifactId>");
    }

    private static Map<String, String> folders() throws IOException {
        Map<String, String> folders = new TreeMap<>();
        Matcher module = Pattern.compile("<module>([^<]+)</module>").matcher(pom("."));
        while (module.find()) {
            String folder = module.group(1);
            Matcher artifact = Pattern.compile("</parent>\\s*<artifactId>([^<]+)</artifactId>")
                    .matcher(pom(folder));
            if (artifact.find()) {
                folders.put(artifact.group(1), folder);
            }
        }
        return folders;
    }

    @Test
    void everyPublishedJarHasAModuleNameThatIsTheRootOfItsPackages() throws IOException {
        Map<String, String> folders = folders();
        Set<String> names = new HashSet<>();
        Matcher managed = MANAGED.matcher(pom("bom").split("<dependencyManagement>", 2)[1]);
        while (managed.find()) {
            String folder = folders.get(managed.group(1));
            Matcher name = MODULE_NAME.matcher(pom(folder));
            assertThat(name.find()).as("module name of " + folder).isTrue();
            assertThat(names.add(name.group(1)))
                    .as(name.group(1) + " is unique")
                    .isTrue();
            Path packages = Path.of("src/main/java", name.group(1).split("\\."));
            assertThat(MarkdownPage.ROOT.resolve(folder).resolve(packages)).isDirectory();
        }
        assertThat(names).hasSizeGreaterThanOrEqualTo(8);
    }
}
