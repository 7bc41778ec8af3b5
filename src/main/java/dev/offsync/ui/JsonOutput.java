package dev.offsync.ui;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.offsync.model.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Answers with one JSON document on one line of standard output, also where the run failed. */
public final class JsonOutput implements Output {
    private static final int SCHEMA_VERSION = 1;
    private final Console console;
    private final boolean stackTraces;

    /** @param stackTraces show on standard error where a failure came from */
    public JsonOutput(Console console, boolean stackTraces) {
        this.console = console;
        this.stackTraces = stackTraces;
    }

    @Override
    public void result(String command, Result result) throws IOException {
        document(command, result.exitCode(), json -> JsonRecords.writeComponents(json, (Record) result));
    }

    @Override
    public void failure(String command, Failure failure) throws IOException {
        if (stackTraces) {
            console.trace(failure);
        }
        document(command, failure.exitCode(), json -> {
            json.writeObjectFieldStart("error");
            json.writeStringField("code", failure.code());
            json.writeStringField("message", failure.message());
            json.writeStringField("hint", failure.hint());
            json.writeEndObject();
        });
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    /** Makes the whole document before a byte of it is printed: half a document helps nobody. */
    private void document(String command, int exitCode, Body body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("schema_version", SCHEMA_VERSION);
            json.writeStringField("command", command);
            json.writeNumberField("exit_code", exitCode);
            body.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        console.out().write(bytes.toByteArray());
        console.out().flush();
    }
}
