package dev.offsync;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A file fits in the head, a method on a screen. Lines of text blocks do not count: SQL stands beside what runs it. */
class LengthsTest {
    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 40;

    private static List<Path> sources;

    @BeforeAll
    static void find_the_sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        assertThat(sources).hasSizeGreaterThan(100);
    }

    @Test
    void no_file_is_longer_than_400_lines() throws IOException {
        var tooLong = new ArrayList<String>();
        for (Path source : sources) {
            int lines = Files.readAllLines(source).size();
            if (lines > FILE_LINES) {
                tooLong.add(source + ": " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void no_method_is_longer_than_40_lines() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            var task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            var methods = new Methods(Trees.instance(task).getSourcePositions());
            for (CompilationUnitTree unit : task.parse()) {
                methods.scan(unit, unit);
            }
            assertThat(methods.seen).isGreaterThan(1000);
            assertThat(methods.tooLong).isEmpty();
        }
    }

    /** Measures the methods of the files that it is shown. */
    private static final class Methods extends TreeScanner<@Nullable Void, CompilationUnitTree> {
        private final SourcePositions positions;
        private final List<String> tooLong = new ArrayList<>();
        private long textLines;
        private int seen;

        Methods(SourcePositions positions) {
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, CompilationUnitTree unit) {
            if (method.getBody() == null) {
                return super.visitMethod(method, unit);
            }
            seen++;
            long before = textLines;
            super.visitMethod(method, unit);
            long lines = lines(method.getBody(), unit) - (textLines - before);
            Path file = Path.of(unit.getSourceFile().getName());
            if (lines > METHOD_LINES) {
                tooLong.add(file + ", " + method.getName() + ": " + lines);
            }
            return null;
        }

        @Override
        public @Nullable Void visitLiteral(LiteralTree literal, CompilationUnitTree unit) {
            // no other literal has more than one line
            textLines += lines(literal, unit) - 1;
            return super.visitLiteral(literal, unit);
        }

        private long lines(Tree tree, CompilationUnitTree unit) {
            long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
            return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree)) - first + 1;
        }
    }
}
