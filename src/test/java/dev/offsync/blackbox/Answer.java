package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offsync.cli.Schemas;
import dev.offsync.testing.JarProcess.Outcome;

/** What one run of the jar answered. */
record Answer(int exitCode, String stdout, String stderr) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The answer; a JSON document is held against its schema, whatever the test is about. */
    static Answer of(Outcome outcome) {
        if (outcome.stdout().startsWith("{")) {
            assertThat(Schemas.complaints(outcome.stdout()))
                    .as("%s", outcome.stdout())
                    .isEmpty();
        }
        return new Answer(outcome.exitCode(), outcome.stdout(), outcome.stderr());
    }

    /** What is at {@code path} in the one JSON document, names and indexes separated by dots. */
    JsonNode json(String path) {
        try {
            JsonNode node = MAPPER.readTree(stdout).at("/" + path.replace('.', '/'));
            if (node.isMissingNode()) {
                throw new AssertionError("no " + path + " in " + this);
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new AssertionError("not one JSON document: " + this, e);
        }
    }

    long number(String path) {
        return json(path).longValue();
    }

    String text(String path) {
        return json(path).asText();
    }
}
