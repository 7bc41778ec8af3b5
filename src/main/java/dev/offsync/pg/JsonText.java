package dev.offsync.pg;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.offsync.model.Row;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arrays of texts and rows as JSON, on their way into and out of SQL. */
public final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactory();

    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    private JsonText() {}

    public static String array(List<String> texts) {
        return write(json -> {
            json.writeStartArray();
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
        });
    }

    /** The row as an object of texts; null stays null. */
    public static @Nullable String object(@Nullable Row row) {
        if (row == null) {
            return null;
        }
        return write(json -> {
            json.writeStartObject();
            for (Map.Entry<String, @Nullable String> value : row.values().entrySet()) {
                json.writeStringField(value.getKey(), value.getValue());
            }
            json.writeEndObject();
        });
    }

    /** An array of texts, as {@link #array} writes it. */
    public static List<String> parseArray(String text) {
        try (JsonParser json = FACTORY.createParser(text)) {
            var texts = new ArrayList<String>();
            json.nextToken();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                texts.add(json.getText());
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A row as {@link #object} writes it. */
    public static @Nullable Row parseRow(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try (JsonParser json = FACTORY.createParser(text)) {
            var values = new LinkedHashMap<String, @Nullable String>();
            json.nextToken();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                values.put(name, json.nextToken() == JsonToken.VALUE_NULL ? null : json.getText());
            }
            return new Row(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String write(Writing writing) {
        var text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
