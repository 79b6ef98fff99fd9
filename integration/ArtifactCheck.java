import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Checks what was installed as Maven Central and a stranger would: every artifact that the bill of materials names has
 * a jar with sources and Javadoc beside it, and a POM with name, description and licence.
 *
 * <p>Run from source: {@code java ArtifactCheck.java REPOSITORY VERSION}. Exit codes: 0 all is well, 1 something is
 * missing, 2 wrong usage.
 */
final class ArtifactCheck {
    private static final String GROUP = "io.headgate";

    private final Path group;
    private final String version;
    private final List<String> complaints = new ArrayList<>();

    private ArtifactCheck(Path repository, String version) {
        this.group = repository.resolve(GROUP.replace('.', '/'));
        this.version = version;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2) {
            System.err.println("usage: ArtifactCheck REPOSITORY VERSION");
            System.exit(2);
        }
        ArtifactCheck check = new ArtifactCheck(Path.of(arguments[0]), arguments[1]);
        List<String> artifacts = check.managedArtifacts();
        check.checkPom("headgate-bom");
        check.checkPom("headgate-parent");
        for (String artifact : artifacts) {
            check.checkPom(artifact);
            check.checkJars(artifact);
        }
        check.complaints.forEach(System.err::println);
        System.out.printf("%d artifacts, %d complaints%n", artifacts.size(), check.complaints.size());
        System.exit(check.complaints.isEmpty() ? 0 : 1);
    }

    private List<String> managedArtifacts() throws Exception {
        Element management = child(child(pom("headgate-bom"), "dependencyManagement"), "dependencies");
        List<String> artifacts = new ArrayList<>();
        for (Element dependency : children(management)) {
            if (GROUP.equals(text(dependency, "groupId"))) {
                artifacts.add(text(dependency, "artifactId"));
            }
        }
        if (artifacts.isEmpty()) {
            complain("headgate-bom manages no artifact of " + GROUP);
        }
        return artifacts;
    }

    private void checkPom(String artifact) throws Exception {
        if (!Files.exists(file(artifact, ".pom"))) {
            complain(artifact + ": no POM is installed");
            return;
        }
        Element project = pom(artifact);
        for (String name : List.of("name", "description")) {
            if (text(project, name).isBlank()) {
                complain(artifact + ": its POM has no " + name);
            }
        }
        // Licences are inherited, name and description are not worth inheriting.
        Element licences = child(project, "licenses");
        Element parent = child(project, "parent");
        if (licences == null && parent != null) {
            licences = child(pom(text(parent, "artifactId")), "licenses");
        }
        if (licences == null || !licences.getTextContent().contains("Apache License, Version 2.0")) {
            complain(artifact + ": neither its POM nor its parent's names the licence");
        }
    }

    private void checkJars(String artifact) throws IOException {
        Set<String> classes = entries(artifact, ".jar", name -> name.endsWith(".class") && !name.contains("$"));
        Set<String> sources = entries(artifact, "-sources.jar", name -> name.endsWith(".java"));
        Set<String> pages = entries(artifact, "-javadoc.jar", name -> name.endsWith(".html"));
        if (classes.isEmpty()) {
            complain(artifact + ": its jar holds no class");
        }
        Set<String> undocumented = new TreeSet<>();
        for (String type : classes) {
            String path = type.substring(0, type.length() - ".class".length());
            // A second top-level class in a file has no source file of its own; this house keeps one a file.
            if (!sources.contains(path + ".java")) {
                undocumented.add(path);
            }
        }
        if (!undocumented.isEmpty()) {
            complain(artifact + ": no source in -sources.jar for " + undocumented);
        }
        if (!pages.contains("index.html")) {
            complain(artifact + ": -javadoc.jar has no index.html");
        }
        if (entries(artifact, ".jar", "META-INF/LICENSE"::equals).isEmpty()) {
            complain(artifact + ": its jar has no META-INF/LICENSE");
        }
    }

    private Set<String> entries(String artifact, String suffix, Predicate<String> wanted) throws IOException {
        Path file = file(artifact, suffix);
        if (!Files.exists(file)) {
            complain(artifact + ": not installed: " + file.getFileName());
            return Set.of();
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.stream().map(ZipEntry::getName).filter(wanted).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private Path file(String artifact, String suffix) {
        return group.resolve(artifact).resolve(version).resolve(artifact + "-" + version + suffix);
    }

    private Element pom(String artifact) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file(artifact, ".pom").toFile())
                .getDocumentElement();
    }

    private void complain(String complaint) {
        if (!complaints.contains(complaint)) {
            complaints.add(complaint);
        }
    }

    private static String text(Element element, String name) {
        Element child = child(element, name);
        return child == null ? "" : child.getTextContent().strip();
    }

    private static Element child(Element element, String name) {
        for (Element child : children(element)) {
            if (child.getTagName().equals(name)) {
                return child;
            }
        }
        return null;
    }

    private static List<Element> children(Element element) {
        List<Element> children = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                children.add(child);
            }
        }
        return children;
    }
}
