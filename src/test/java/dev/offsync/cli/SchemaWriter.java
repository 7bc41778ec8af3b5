package dev.offsync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offsync.error.Reason;
import dev.offsync.model.Result;
import dev.offsync.model.Row;
import dev.offsync.model.TableName;
import dev.offsync.ui.Usage;
import dev.offsync.ui.Version;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the JSON Schema of a command's document from the record that the document is written from. */
final class SchemaWriter {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final FieldDescriptions descriptions = new FieldDescriptions();
    private final ObjectNode definitions = MAPPER.createObjectNode();

    private SchemaWriter() {}

    /** The schema of all documents of {@code command}, help, version and errors included. */
    static String schema(String command, String header, Class<? extends Result> result) {
        return new SchemaWriter().write(command, header, result);
    }

    /** The schema of what {@code offsync} itself answers, and of every error. */
    static String programSchema() {
        return new SchemaWriter().write("offsync", "Documents of any command that did not come to its work.", null);
    }

    private String write(String command, String header, @Nullable Class<? extends Result> result) {
        ObjectNode schema = MAPPER.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "urn:offsync:schema:1:" + command.replace(' ', '-'));
        schema.put("title", result == null ? "offsync --json" : "offsync " + command + " --json");
        schema.put("description", header);
        schema.put("type", "object");
        schema.putArray("required").add("schema_version").add("command").add("exit_code");
        ObjectNode head = schema.putObject("properties");
        head.putObject("schema_version").put("const", 1);
        ObjectNode name = head.putObject("command").put("description", "The command, without the program's name.");
        if (result == null) {
            name.put("type", "string");
        } else {
            name.put("const", command);
        }
        head.putObject("exit_code")
                .put("description", "The process's exit code.")
                .put("type", "integer");
        ArrayNode alternatives = schema.putArray("anyOf");
        if (result != null) {
            alternatives.addObject().put("$ref", "#/$defs/result");
            definitions.set("result", object(result));
        }
        alternatives.addObject().put("$ref", "#/$defs/failure");
        definitions.set("failure", failure());
        alternatives.addObject().put("$ref", "#/$defs/help");
        definitions.set("help", object(Usage.class));
        alternatives.addObject().put("$ref", "#/$defs/version");
        definitions.set("version", object(Version.class));
        schema.set("$defs", definitions);
        return text(schema);
    }

    private static ObjectNode failure() {
        ObjectNode failure = MAPPER.createObjectNode();
        failure.put("description", "The command did not do what was asked.");
        failure.putArray("required").add("error");
        ObjectNode error = failure.putObject("properties").putObject("error").put("type", "object");
        error.putArray("required").add("code").add("message").add("hint");
        ObjectNode fields = error.putObject("properties");
        ArrayNode codes = fields.putObject("code")
                .put("description", "What kind of failure it is; stable.")
                .putArray("enum");
        Arrays.stream(Reason.values()).map(Reason::word).forEach(codes::add);
        codes.add("interrupted");
        fields.putObject("message").put("description", "What happened.").put("type", "string");
        fields.putObject("hint")
                .put("description", "What to do now, or null.")
                .putArray("type")
                .add("string")
                .add("null");
        return failure;
    }

    private ObjectNode object(Class<?> record) {
        ObjectNode object = MAPPER.createObjectNode();
        object.put("type", "object");
        ArrayNode required = object.putArray("required");
        ObjectNode properties = object.putObject("properties");
        for (RecordComponent component : record.getRecordComponents()) {
            if (!component.getName().equals("exitCode")) {
                required.add(snakeCase(component.getName()));
                properties.set(snakeCase(component.getName()), field(component));
            }
        }
        return object;
    }

    private ObjectNode field(RecordComponent component) {
        ObjectNode field = MAPPER.createObjectNode();
        String description = descriptions.of(component);
        if (!description.isEmpty()) {
            field.put("description", description);
        }
        field.setAll(type(component.getGenericType(), component.getAnnotatedType()));
        List<String> words = descriptions.words(component);
        if (!words.isEmpty()) {
            boolean orNull = field.remove("type").isArray();
            ArrayNode values = field.putArray("enum");
            words.forEach(values::add);
            if (orNull) {
                values.addNull();
            }
        }
        return field;
    }

    private ObjectNode type(Type type, AnnotatedType annotated) {
        ObjectNode schema = bare(type, annotated);
        if (!((AnnotatedElement) annotated).isAnnotationPresent(Nullable.class)) {
            return schema;
        }
        ObjectNode orNull = MAPPER.createObjectNode();
        if (schema.has("$ref")) {
            orNull.putArray("anyOf").add(schema).addObject().put("type", "null");
            return orNull;
        }
        String only = schema.get("type").asText();
        schema.putArray("type").add(only).add("null");
        return schema;
    }

    private ObjectNode bare(Type type, AnnotatedType annotated) {
        ObjectNode schema = MAPPER.createObjectNode();
        if (type instanceof ParameterizedType generic) {
            AnnotatedType[] arguments = ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments();
            boolean list = Collection.class.isAssignableFrom((Class<?>) generic.getRawType());
            AnnotatedType element = arguments[list ? 0 : 1];
            schema.put("type", list ? "array" : "object");
            schema.set(list ? "items" : "additionalProperties", type(element.getType(), element));
            return schema;
        }
        Class<?> plain = (Class<?>) type;
        if (plain == Row.class) {
            definitions.set("row", row());
            return schema.put("$ref", "#/$defs/row");
        }
        if (plain.isRecord() && plain != TableName.class) {
            return schema.put("$ref", "#/$defs/" + define(plain));
        }
        return scalar(schema, plain);
    }

    private static ObjectNode scalar(ObjectNode schema, Class<?> type) {
        if (type.isEnum()) {
            ArrayNode words = schema.put("type", "string").putArray("enum");
            Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                    .forEach(words::add);
            return schema;
        }
        if (type == Instant.class) {
            return schema.put("type", "string").put("format", "date-time");
        }
        if (type == String.class || type == TableName.class) {
            return schema.put("type", "string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return schema.put("type", "boolean");
        }
        if (List.of(int.class, long.class, Integer.class, Long.class, Duration.class)
                .contains(type)) {
            return schema.put("type", "integer");
        }
        throw new AssertionError("no schema is known for " + type);
    }

    private String define(Class<?> record) {
        String name = snakeCase(record.getSimpleName());
        if (!definitions.has(name)) {
            definitions.putObject(name);
            definitions.set(name, object(record));
        }
        return name;
    }

    private static ObjectNode row() {
        ObjectNode row = MAPPER.createObjectNode();
        row.put("description", "A row: PostgreSQL's text of each value by column, null for SQL NULL.");
        row.put("type", "object");
        row.putObject("additionalProperties").putArray("type").add("string").add("null");
        return row;
    }

    static String snakeCase(String camelCase) {
        String name = camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        return name.startsWith("_") ? name.substring(1) : name;
    }

    private static String text(ObjectNode schema) {
        var indenter = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        try {
            return MAPPER.writer(printer).writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** All fields without a description, as {@code Record.component}. */
    static Map<String, List<String>> undescribed(Collection<Class<? extends Result>> results) {
        var writer = new SchemaWriter();
        var missing = new TreeMap<String, List<String>>();
        results.forEach(result -> writer.undescribed(result, missing));
        return missing;
    }

    private void undescribed(Class<?> record, Map<String, List<String>> missing) {
        if (missing.containsKey(record.getSimpleName())) {
            return;
        }
        missing.put(
                record.getSimpleName(),
                Arrays.stream(record.getRecordComponents())
                        .filter(component -> !component.getName().equals("exitCode"))
                        .filter(component -> descriptions.of(component).isEmpty())
                        .map(RecordComponent::getName)
                        .toList());
        for (RecordComponent component : record.getRecordComponents()) {
            Type type = component.getGenericType() instanceof ParameterizedType generic
                    ? generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1]
                    : component.getType();
            if (type instanceof Class<?> nested
                    && nested.isRecord()
                    && nested != Row.class
                    && nested != TableName.class) {
                undescribed(nested, missing);
            }
        }
    }
}
