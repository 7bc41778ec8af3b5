package dev.offsync.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/** What each field of a document means: {@code Record.component}, or {@code component} where it means the same in all. */
final class FieldDescriptions {
    private final Properties texts = new Properties();

    FieldDescriptions() {
        try (var reader = new InputStreamReader(
                FieldDescriptions.class.getResourceAsStream("fields.properties"), StandardCharsets.UTF_8)) {
            texts.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A sentence, or the empty text where nobody wrote one. */
    String of(RecordComponent component) {
        return find(component, "");
    }

    /** The words that a field of text may hold; none where it may hold any. */
    List<String> words(RecordComponent component) {
        String words = find(component, ".words");
        return words.isEmpty() ? List.of() : List.of(words.split(" ", -1));
    }

    private String find(RecordComponent component, String suffix) {
        String name = component.getName() + suffix;
        Class<?> record = component.getDeclaringRecord();
        String outer = record.getEnclosingClass() == null
                ? ""
                : record.getEnclosingClass().getSimpleName() + ".";
        return texts.getProperty(outer + record.getSimpleName() + "." + name, texts.getProperty(name, ""));
    }
}
