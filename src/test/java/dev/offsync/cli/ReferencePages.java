package dev.offsync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offsync.config.ConfigKey;
import dev.offsync.config.GlobalOption;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.CommandSpec;

/** Writes offsync-json(7) from the schemas, and offsync-config(5) from the settings that there are. */
final class ReferencePages {
    private ReferencePages() {}

    static String config() {
        ManSource source = ManSource.of("offsync-config");
        Troff page = ManPages.begin("offsync-config", 5);
        page.section("NAME").line("offsync\\-config \\- settings of offsync");
        page.source(source.before("DATABASES"));
        page.section("SETTINGS")
                .paragraph("Kept in the local database by offsync config set, or given in any other place.");
        for (ConfigKey key : ConfigKey.values()) {
            String otherwise = key.defaultValue() == null ? "no default" : "default: " + key.defaultValue();
            page.item(Troff.bold(key.key()), sentence(key.description()) + " (" + otherwise + ")");
        }
        page.section("OPTIONS OF A PLACE")
                .paragraph("Given as an option, a variable or in the config file, and never kept in the database.");
        CommandSpec program = Documents.program();
        for (GlobalOption option : GlobalOption.values()) {
            String name = "--" + option.key().replace('_', '-');
            page.item(
                    Troff.bold(option.key()),
                    String.join(" ", program.findOption(name).description()));
        }
        page.source(source.from("DATABASES"));
        page.section("SEE ALSO").paragraph("offsync(1), offsync-json(7)");
        return page.toString();
    }

    private static String sentence(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    static String json() {
        ManSource source = ManSource.of("offsync-json");
        Troff page = ManPages.begin("offsync-json", 7);
        page.section("NAME").line("offsync\\-json \\- the JSON documents that offsync prints");
        page.source(source.before("EXAMPLES"));
        page.section("ERRORS");
        JsonNode failure = parsed(SchemaWriter.programSchema());
        fields(page, failure, failure.at("/$defs/failure"), "", new HashSet<>());
        page.section("DOCUMENTS");
        Documents.leaves().forEach((command, spec) -> {
            JsonNode schema = parsed(SchemaWriter.schema(command, "", Documents.result(command)));
            page.subsection("offsync " + command);
            fields(page, schema, schema.at("/$defs/result"), "", new HashSet<>());
        });
        page.source(source.from("EXAMPLES"));
        page.section("SEE ALSO").paragraph("offsync(1), offsync-config(5)");
        return page.toString();
    }

    static String scaling() {
        Troff page = ManPages.begin("offsync-scaling", 7);
        page.section("NAME").line("offsync\\-scaling \\- many devices, and more than one hub can carry");
        page.source(ManSource.of("offsync-scaling").paragraphs());
        page.section("SEE ALSO").paragraph("offsync(1), offsync-pull(1), offsync-devices-list(1), offsync-config(5)");
        return page.toString();
    }

    private static JsonNode parsed(String schema) {
        try {
            return new ObjectMapper().readTree(schema);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Each field of {@code object}, those of objects within it below it, as in conflicts.open and tables[].rows. */
    private static void fields(Troff page, JsonNode schema, JsonNode object, String path, Set<String> open) {
        object.path("properties").properties().forEach(entry -> {
            JsonNode field = entry.getValue();
            String name = path + entry.getKey();
            page.item(
                    Troff.bold(name) + " " + Troff.escaped("(" + type(field) + ")"),
                    field.path("description").asText(""));
            JsonNode item = field.has("items") ? field.get("items") : field;
            String below = name + (field.has("items") ? "[]." : ".");
            String reference = item.path("$ref").asText(item.at("/anyOf/0/$ref").asText(""));
            if (!reference.isEmpty() && !reference.endsWith("/row") && open.add(reference)) {
                fields(page, schema, schema.at(reference.substring(1)), below, open);
                open.remove(reference);
            } else if (item.has("properties")) {
                fields(page, schema, item, below, open);
            }
        });
    }

    private static String type(JsonNode field) {
        if (field.has("enum")) {
            return StreamSupport.stream(field.get("enum").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(", "));
        }
        if (field.has("$ref")) {
            return reference(field);
        }
        if (field.has("anyOf")) {
            return reference(field.at("/anyOf/0")) + " or null";
        }
        if (field.has("items")) {
            String item = type(field.get("items"));
            return "array of "
                    + (item.matches("integer|object") ? item + "s" : item.equals("string") ? "strings" : item);
        }
        JsonNode type = field.get("type");
        String word = type.isArray() ? type.get(0).asText() + " or null" : type.asText();
        return field.path("format").asText("").equals("date-time") ? word.replace("string", "time") : word;
    }

    private static String reference(JsonNode field) {
        return field.get("$ref").asText().endsWith("/row") ? "row" : "object";
    }
}
