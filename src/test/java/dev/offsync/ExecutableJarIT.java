package dev.offsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ExecutableJarIT {
    @AutoClose
    private final JarFile jar = open();

    @Test
    void the_manifest_names_the_main_class_and_the_version() throws IOException {
        Attributes manifest = jar.getManifest().getMainAttributes();
        assertThat(manifest.getValue(Attributes.Name.MAIN_CLASS)).isEqualTo("dev.offsync.app.Main");
        assertThat(manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION)).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(jar.isMultiRelease()).isTrue();
    }

    @Test
    void services_and_licences_of_the_libraries_are_in_the_jar() throws IOException {
        assertThat(text("META-INF/services/java.sql.Driver")).contains("org.postgresql.Driver");
        assertThat(text("META-INF/services/org.slf4j.spi.SLF4JServiceProvider")).contains("logback");
        assertThat(text("META-INF/LICENSE")).contains("Apache License").contains("PostgreSQL Global Development Group");
        assertThat(text("META-INF/THIRD-PARTY"))
                .contains("JLine", "tomlj", "ANTLR")
                .doesNotContain("LGPL-3");
    }

    @Test
    void nothing_is_in_the_jar_that_only_a_build_or_a_library_of_its_own_needs() {
        List<String> names = jar.stream().map(ZipEntry::getName).toList();
        assertThat(names)
                .noneMatch(name -> name.endsWith("module-info.class"))
                .noneMatch(name -> name.startsWith("META-INF/maven/") || name.endsWith(".SF"))
                .noneMatch(name -> name.startsWith("com/fasterxml/jackson/databind/"))
                .noneMatch(name -> name.startsWith("org/postgresql/translation/"))
                .doesNotContain("META-INF/INDEX.LIST")
                .doesNotHaveDuplicates();
    }

    private String text(String entry) throws IOException {
        try (var bytes = jar.getInputStream(jar.getEntry(entry))) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JarFile open() {
        try {
            return new JarFile(System.getProperty("offsync.jar"));
        } catch (IOException e) {
            throw new AssertionError("run by mvn verify, after package", e);
        }
    }
}
