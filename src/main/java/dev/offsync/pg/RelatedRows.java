package dev.offsync.pg;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The other rows of a conflict as JSON, as the column {@code related} of the log and the hub's outcomes hold them. */
public final class RelatedRows {
    private static final JsonFactory FACTORY = new JsonFactory();

    private RelatedRows() {}

    /** Null where there are none. */
    public static @Nullable String json(List<RelatedRow> related) {
        return related.isEmpty()
                ? null
                : "["
                        + String.join(
                                ", ", related.stream().map(RelatedRows::object).toList()) + "]";
    }

    private static String object(RelatedRow related) {
        var fields = new LinkedHashMap<String, @Nullable String>();
        fields.put("table", related.table());
        fields.put("record_id", related.recordId());
        fields.put("effect", related.effect());
        fields.put("constraint", related.constraint());
        String head = Objects.requireNonNull(JsonText.object(new Row(fields)));
        return head.substring(0, head.length() - 1) + ", \"columns\": " + JsonText.array(related.columns())
                + ", \"row\": " + JsonText.object(related.row()) + ", \"version\": " + related.version()
                + ", \"aside\": " + related.aside() + "}";
    }

    public static List<RelatedRow> parse(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        try (JsonParser json = FACTORY.createParser(text)) {
            var rows = new ArrayList<RelatedRow>();
            json.nextToken();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                rows.add(read(json));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RelatedRow read(JsonParser json) throws IOException {
        var texts = new LinkedHashMap<String, @Nullable String>();
        List<String> columns = List.of();
        @Nullable Row row = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_ARRAY) {
                columns = texts(json);
            } else if (value == JsonToken.START_OBJECT) {
                row = row(json);
            } else {
                texts.put(name, value == JsonToken.VALUE_NULL ? null : json.getText());
            }
        }
        String version = texts.get("version");
        return new RelatedRow(
                Objects.requireNonNull(texts.get("table")),
                texts.get("record_id"),
                Objects.requireNonNull(texts.get("effect")),
                Objects.requireNonNull(texts.get("constraint")),
                columns,
                row,
                version == null ? null : Long.valueOf(version),
                "true".equals(texts.get("aside")));
    }

    private static List<String> texts(JsonParser json) throws IOException {
        var texts = new ArrayList<String>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(json.getText());
        }
        return texts;
    }

    private static Row row(JsonParser json) throws IOException {
        var values = new LinkedHashMap<String, @Nullable String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            values.put(name, json.nextToken() == JsonToken.VALUE_NULL ? null : json.getText());
        }
        return new Row(values);
    }
}
