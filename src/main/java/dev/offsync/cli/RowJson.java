package dev.offsync.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.offsync.error.OffsyncException;
import dev.offsync.model.Row;
import java.io.IOException;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Reads a row from a JSON object: texts are PostgreSQL's own form of the values, null is SQL NULL. */
final class RowJson {
    private static final String HINT = "write one object of column names and values: {\"price\": 9.50, \"note\": null}";

    private RowJson() {}

    /** The row; a number keeps the very digits it was typed with. */
    static Row parse(String option, String json) {
        var factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = factory.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Failures.usage(option + " is not a JSON object", HINT);
            }
            Row row = object(option, parser);
            if (parser.nextToken() != null) {
                throw Failures.usage(option + " goes on after the JSON object", HINT);
            }
            return row;
        } catch (IOException e) {
            throw Failures.usage(option + " is not valid JSON: " + firstLine(e), HINT);
        }
    }

    private static Row object(String option, JsonParser parser) throws IOException {
        var values = new LinkedHashMap<String, @Nullable String>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String column = parser.currentName();
            parser.nextToken();
            values.put(column, value(option, column, parser));
        }
        return new Row(values);
    }

    private static @Nullable String value(String option, String column, JsonParser parser)
            throws IOException, OffsyncException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> parser.getText();
            default ->
                throw Failures.usage(
                        option + ": column " + column + " holds an object or array",
                        "write it as text, in PostgreSQL's own form: \"{\\\"a\\\": 1}\" for json, \"{1,2}\" for an array");
        };
    }

    /** Jackson's second line names its own source object, which says nothing here. */
    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
