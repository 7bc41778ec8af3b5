package dev.offsync.ui;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.offsync.model.Row;
import dev.offsync.model.TableName;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON: each component becomes a field named in snake_case. A row is an object of text values, an instant
 * RFC 3339 in UTC, an enumeration its lower-case word, a duration a number of milliseconds.
 */
final class JsonRecords {
    private JsonRecords() {}

    /** Writes the fields of {@code value} into the object that is open; the exit code stands at the document's head. */
    static void writeComponents(JsonGenerator json, Record value) throws IOException {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            if (!component.getName().equals("exitCode")) {
                json.writeFieldName(snakeCase(component.getName()));
                write(json, read(component, value));
            }
        }
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Row row) {
            writeObject(json, row.values());
        } else if (value instanceof TableName table) {
            json.writeString(table.display());
        } else if (value instanceof Record nested) {
            json.writeStartObject();
            writeComponents(json, nested);
            json.writeEndObject();
        } else if (value instanceof Collection<?> items) {
            writeArray(json, items);
        } else if (value instanceof Map<?, ?> entries) {
            writeObject(json, entries);
        } else {
            writeScalar(json, value);
        }
    }

    private static void writeScalar(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Integer || value instanceof Long) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Enum<?> constant) {
            json.writeString(constant.name().toLowerCase(Locale.ROOT));
        } else if (value instanceof Duration duration) {
            json.writeNumber(duration.toMillis());
        } else if (value instanceof String || value instanceof Instant) {
            json.writeString(value.toString());
        } else {
            throw new IllegalArgumentException("no JSON form is known for " + value.getClass());
        }
    }

    private static void writeArray(JsonGenerator json, Collection<?> items) throws IOException {
        json.writeStartArray();
        for (Object item : items) {
            write(json, item);
        }
        json.writeEndArray();
    }

    private static void writeObject(JsonGenerator json, Map<?, ?> entries) throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            json.writeFieldName(String.valueOf(entry.getKey()));
            write(json, entry.getValue());
        }
        json.writeEndObject();
    }

    private static @Nullable Object read(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private static String snakeCase(String camelCase) {
        var name = new StringBuilder(camelCase.length() + 4);
        for (int i = 0; i < camelCase.length(); i++) {
            char letter = camelCase.charAt(i);
            if (Character.isUpperCase(letter)) {
                name.append('_');
            }
            name.append(Character.toLowerCase(letter));
        }
        return name.toString();
    }
}
