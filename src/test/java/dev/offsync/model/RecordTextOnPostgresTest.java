package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guarantee-3")
class RecordTextOnPostgresTest {
    private static final List<String> AWKWARD = List.of("\"", "\\", ",", "(", ")", " ", "é", "\u000b");

    @Test
    void PostgreSQL_reads_and_writes_every_short_record_as_we_do() throws SQLException {
        List<String> records = new ArrayList<>();
        List<String> texts = List.of("");
        for (int length = 0; length <= 4; length++) {
            texts.forEach(text -> records.add("(" + text + ",)"));
            texts.forEach(text -> records.add("(\"" + text + "\",)"));
            texts = texts.stream()
                    .flatMap(text -> AWKWARD.stream().map(text::concat))
                    .toList();
        }
        try (var database = TestDatabases.create(TestServers.device())) {
            database.exec("CREATE TYPE pair AS (a text, b text)");
            List<String> answers = database.rows("""
                    SELECT CASE WHEN pg_input_is_valid(record, 'pair') THEN record::pair::text ELSE 'malformed' END
                    FROM unnest(?) WITH ORDINALITY AS given(record, place)
                    ORDER BY place
                    """, (Object) records.toArray(new String[0]));

            assertThat(records).map(RecordTextOnPostgresTest::readAndWritten).isEqualTo(answers);
        }
    }

    private static String readAndWritten(String record) {
        try {
            List<String> fields = RecordText.parse(record);
            return fields.size() == 2 ? RecordText.format(fields) : "malformed";
        } catch (IllegalArgumentException malformed) {
            return malformed.getMessage().startsWith("malformed") ? "malformed" : malformed.getMessage();
        }
    }
}
