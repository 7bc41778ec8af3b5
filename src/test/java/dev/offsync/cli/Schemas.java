package dev.offsync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The schemas in the jar, made stricter: what they do not name is refused, so that nothing undocumented slips out. */
public final class Schemas {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> ALTERNATIVES = Set.of("result", "failure", "help", "version");

    /** The sources, not the copies on the class path: these may be older where a test has just written them anew. */
    static final String DIRECTORY = "src/main/resources/dev/offsync/schema";

    private Schemas() {}

    /** What is wrong with a document that {@code command} printed; the program's own schema serves groups and typos. */
    public static List<String> complaints(String command, String document) {
        try {
            JsonNode json = MAPPER.readTree(document);
            return strict(command).validate(json).stream().map(Object::toString).toList();
        } catch (JsonProcessingException e) {
            return List.of("not one JSON document: " + e.getOriginalMessage());
        }
    }

    /** What is wrong with a document, by the schema of the command that it names. */
    public static List<String> complaints(String document) {
        try {
            String command = MAPPER.readTree(document).path("command").asText();
            boolean leaf = Files.exists(Path.of(DIRECTORY, file(command)));
            return complaints(leaf ? command : "offsync", document);
        } catch (JsonProcessingException e) {
            return List.of("not one JSON document: " + e.getOriginalMessage());
        }
    }

    private static JsonSchema strict(String command) {
        ObjectNode schema = read(file(command));
        schema.put("unevaluatedProperties", false);
        schema.get("$defs").properties().forEach(definition -> {
            if (!ALTERNATIVES.contains(definition.getKey())) {
                close(definition.getValue());
            }
        });
        close(schema.at("/$defs/failure/properties/error"));
        var config =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema, config);
    }

    private static void close(JsonNode definition) {
        if (definition instanceof ObjectNode object && object.has("properties")) {
            object.put("additionalProperties", false);
        }
    }

    static String file(String command) {
        return command.replace(' ', '-') + ".schema.json";
    }

    private static ObjectNode read(String file) {
        try {
            return (ObjectNode) MAPPER.readTree(Files.readString(Path.of(DIRECTORY, file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
